import type { Journal } from '../../journal/createJournal.ts'
import type { Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { getReceipt } from '../getReceipt.ts'
import type { KnownTransaction } from '../getTransaction.ts'
import { paidIn } from '../track/readDirect.ts'
import { readReceiptLogs } from '../track/readLogs.ts'
import * as DirectCalls from './DirectCalls.ts'
import type { ArrivalStep, DirectArrival } from './DirectTrail.ts'
import { ofNoOther } from './ofNoOther.ts'
import type { DirectMove } from './PreparedDirect.ts'
import { type Sought, sentSince } from './sentSince.ts'
import { paidTrace, wrapTrace } from './traceOf.ts'

/** What the chain shows of the second step. */
export type ArrivalSoFar = {
  readonly move: DirectMove
  /** Steps whose transactions are included, and did what they are for. */
  readonly mined: readonly ArrivalStep[]
}

/**
 * How far the second step of a move was brought, whatever was written down: a transaction whose hash was lost is looked for, and one that
 * was refused on chain is forgotten, so that its step can be sent again.
 *
 * @throws ChainUnavailableError
 */
export async function arrivalSoFar(
  chain: Ask.Chain,
  move: DirectMove,
  options: DeadlineOptions & { readonly journal?: Journal | undefined },
): Promise<ArrivalSoFar> {
  const { direct } = move
  if (direct.arrival === undefined) return { move, mined: [] }
  const arrival = await withLost(chain, move, direct.arrival, options)
  const ends = await Promise.all(
    stepsOf(arrival).map(async ([step, hash]) => ({
      step,
      hash,
      end: await endOf(chain, move, { step, hash }, options),
    })),
  )
  // A batch may be refused as one, in a transaction that succeeds.
  const refused = ends.filter(({ end }) => end === 'refused').map(({ hash }) => hash)
  const kept = ends.filter(({ hash }) => !refused.includes(hash))
  const done: DirectArrival['done'] = Object.fromEntries(kept.map(({ step, hash }) => [step, hash]))
  const { hash: _, handed, ...rest } = arrival
  const hash = done.supply ?? done.repay
  const isOver = handed !== undefined && arrival.done[handed.step] !== undefined && done[handed.step] === undefined
  // What is included is out no more: whatever is left to do is handed over anew.
  const isOut = ends.length === 0 || (refused.length === 0 && ends.some(({ end }) => end === 'open'))
  const batch = isOut ? rest.batch : undefined
  const now = { ...rest, done, batch, handed: isOver ? undefined : handed, ...(hash !== undefined && { hash }) }
  return {
    move: { ...move, direct: { ...direct, arrival: now } },
    mined: kept.filter(({ end }) => end === 'mined').map(({ step }) => step),
  }
}

function stepsOf({ done }: DirectArrival): readonly (readonly [ArrivalStep, Hex])[] {
  return Object.entries(done).flatMap(([step, hash]) =>
    hash === undefined ? [] : [[step as ArrivalStep, hash] as const],
  )
}

/** What became of a step. A market that refuses without reverting takes no tokens. */
async function endOf(
  chain: Ask.Chain,
  { direct }: DirectMove,
  { step, hash }: { readonly step: ArrivalStep; readonly hash: Hex },
  options: DeadlineOptions,
): Promise<'open' | 'refused' | 'mined'> {
  const receipt = await getReceipt(chain, hash, options)
  if (receipt === undefined) return 'open'
  if (receipt.status === 'reverted') return 'refused'
  if (step !== 'supply' && step !== 'repay') return 'mined'
  const known = await readReceiptLogs(chain, hash, options)
  if (known === undefined) return 'open'
  return paidIn(known.logs, direct) > 0n ? 'mined' : 'refused'
}

/** With the transaction that was handed over last, where its hash was lost, or another one took its place, and the chain has it. */
async function withLost(
  chain: Ask.Chain,
  { direct, id }: DirectMove,
  arrival: DirectArrival,
  options: DeadlineOptions & { readonly journal?: Journal | undefined },
): Promise<DirectArrival> {
  const { recipient, assets, purpose, received } = direct
  const { done, handed, batch, call, market } = arrival
  const find = async (since: bigint | undefined, sought: Pick<Sought, 'from' | 'call' | 'trace'>) => {
    if (since === undefined) return undefined
    const { block } = await Ask.snapshot(chain, [], options)
    const trace = ofNoOther(sought.trace, options.journal, id)
    return sentSince(chain, { ...sought, trace, since, toBlock: block.number }, options)
  }
  const settled = (hash: Hex | undefined): DirectArrival =>
    hash === undefined ? arrival : { ...arrival, batch: undefined, done: { ...done, [purpose]: hash } }
  const trace = paidTrace(assets.destination, recipient)
  if (batch !== undefined && call !== undefined && done[purpose] === undefined) {
    // Whoever brings a batch to the chain, it has our call in it.
    const carries = ({ input = '0x' }: KnownTransaction) => input.toLowerCase().includes(call.slice(2).toLowerCase())
    return settled(await find(received?.block, { call: carries, trace }))
  }
  if (handed === undefined || (await isIncluded(chain, done[handed.step], options))) return arrival
  if (handed.step === purpose && call !== undefined) {
    return settled(await find(handed.since, { from: recipient, call: { to: market, data: call }, trace }))
  }
  if (handed.step !== 'wrap' || received === undefined) return arrival
  const wrap = DirectCalls.wrapping(assets.destination, received.amount)
  const of = { from: recipient, call: wrap, trace: wrapTrace(assets.destination, recipient, received.amount) }
  const hash = await find(handed.since, of)
  return hash === undefined ? arrival : { ...arrival, done: { ...done, wrap: hash } }
}

async function isIncluded(chain: Ask.Chain, hash: Hex | undefined, options: DeadlineOptions): Promise<boolean> {
  return hash !== undefined && (await getReceipt(chain, hash, options)) !== undefined
}
