import type { Chain } from 'viem'
import { prepareTransactionRequest, sendTransaction } from 'viem/actions'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import * as Ask from '../ask.ts'
import { getTransactionCount } from '../getTransaction.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import { GAS_MARGIN } from '../MoveGas.ts'
import { WalletFailedError } from '../SigningErrors.ts'
import { ask, assertChain } from '../send/Sender.ts'
import type { DirectCall } from './DirectCalls.ts'
import { PendingStepError, ReplacedStepError } from './DirectErrors.ts'
import type { Handed } from './DirectTrail.ts'
import { addressOf, assertOfChain, type Kept, type Sending } from './Sending.ts'
import { sentSince } from './sentSince.ts'
import { approvalTrace } from './traceOf.ts'
import { waitFor } from './waitFor.ts'
import { isRefusal } from './walletCode.ts'

/**
 * Sends calls one after the other, each once the one before it is included, from where an earlier run has stopped. What a wallet was
 * handed is written down before: where its hash was lost, it is looked for in the logs. What is not there is signed again only for the
 * same place, by an account that takes the place that it is told; otherwise somebody has to look.
 *
 * @throws WalletFailedError when the wallet refuses or fails; WrongChainError when it is on another chain by then.
 * @throws CallRevertedError when a call would revert, or did; NotIncludedError when it is not included in time.
 * @throws PendingStepError when an earlier run may have sent a call that cannot be found; ReplacedStepError when another took its place.
 * @throws CalldataMismatchError for a call of another chain.
 */
export async function sendInTurn(sending: Sending, calls: readonly DirectCall<string>[]): Promise<Kept> {
  assertOfChain(sending, calls)
  let kept = sending.before
  for (const one of calls) {
    const { step } = one
    const known = await knownOf(sending, one, kept)
    if (known !== undefined) {
      kept = known
      continue
    }
    const place = await placeOf(sending, one, kept)
    const noteHanded = (handed: Handed<string> | undefined) => {
      kept = { ...kept, handed }
      return sending.note(kept)
    }
    const hash = typeof place === 'string' ? place : await hand(sending, one, place, noteHanded)
    kept = { ...kept, done: { ...kept.done, [step]: hash } }
    await sending.note(kept, { name: step, hash })
    kept = await waitFor(sending, one, kept, hash)
  }
  return kept
}

/** Allowing the same amount once more changes nothing. */
export const REPEATABLE: readonly string[] = ['reset', 'approve', 'revoke']

/** What is kept once a step that has a hash is included; nothing where it has none, or that one is over and may be handed anew. */
async function knownOf(sending: Sending, one: DirectCall<string>, kept: Kept): Promise<Kept | undefined> {
  const { step } = one
  const hash = kept.done[step]
  if (hash === undefined) return undefined
  try {
    return await waitFor(sending, one, kept, hash)
  } catch (error) {
    const isOver = error instanceof ReplacedStepError || error instanceof CallRevertedError
    if (isOver && isRepeated(sending, step)) return undefined
    throw error
  }
}

function isRepeated({ again }: Sending, step: string): boolean {
  return again.includes(step) || REPEATABLE.includes(step)
}

type Place = {
  readonly since: bigint
  /** How many of the account's transactions are in blocks. */
  readonly used: bigint
  /** The place that was named before. */
  readonly named?: bigint | undefined
}

/** Where the next transaction is to go; or the hash of the one that an earlier run has sent. */
async function placeOf(sending: Sending, { step, call }: DirectCall<string>, { handed }: Kept): Promise<Place | Hex> {
  const { chain, options } = sending
  const { block } = await Ask.snapshot(chain, [], options)
  const used = await getTransactionCount(chain, addressOf(sending), block.number, options)
  const place = { since: block.number, used }
  if (handed?.step !== step) return place
  const { nonce, since, isNamed } = handed
  const from = addressOf(sending)
  const trace = approvalTrace(from, call) ?? sending.traceOf(step)
  const sought = { from, call, since, toBlock: block.number }
  const sent = trace && (await sentSince(chain, { ...sought, trace }, options))
  if (sent !== undefined) return sent
  // Of two for a place that we named one alone can be included. Wallets, and accounts that are contracts, choose for themselves.
  if (isNamed === true && isLocal(sending) && used <= nonce) return { since, used, named: nonce }
  if (isRepeated(sending, step)) return place
  throw new PendingStepError(step, 'an earlier run handed it to the wallet, and its hash was lost')
}

function isLocal({ account }: Sending): boolean {
  return typeof account !== 'string' && account.type === 'local'
}

async function hand(
  sending: Sending,
  { step, call }: DirectCall<string>,
  { named, since, used }: Place,
  note: (handed: Handed<string> | undefined) => Promise<void>,
): Promise<Hex> {
  const { wallet, account, chain, options } = sending
  const { to, data, value } = call
  const from = typeof account === 'string' ? account : account.address
  await sending.assertStep(step)
  const estimate = await Ask.estimateGas(chain, step, { from, to, data, value }, options)
  const gas = estimate + (estimate * GAS_MARGIN) / 100n
  await assertChain(wallet, chain.chainId)
  if (options.signal?.aborted === true) throw new AbortedError(options.signal.reason)
  const parameters = { account, chain: chain.client.chain ?? null, to, data, value, gas }
  const nonce = named ?? (isLocal(sending) ? await nextOf(sending, parameters) : undefined)
  await note({ step, nonce: nonce ?? used, since, ...(nonce !== undefined && { isNamed: true }) })
  const place = nonce === undefined ? {} : { nonce: Number(nonce) }
  try {
    const hash: unknown = await ask(step, () => sendTransaction(wallet, { ...parameters, ...place }))
    if (typeof hash === 'string' && /^0x[0-9a-fA-F]{64}$/.test(hash)) return hash as Hex
  } catch (error) {
    if (isRefusal(error)) await note(undefined)
    throw error
  }
  throw new WalletFailedError(step, 'it answered something else than the hash of a transaction')
}

/** The place that an account which signs by itself takes next, what is on its way counted. */
async function nextOf(
  { wallet }: Sending,
  parameters: Pick<Sending, 'account'> & { readonly chain: Chain | null; readonly to: Address; readonly data: Hex },
): Promise<bigint> {
  const request = await ask('nonce', () =>
    prepareTransactionRequest(wallet, { ...parameters, parameters: ['nonce'] } as never),
  )
  return BigInt(Object(request).nonce)
}
