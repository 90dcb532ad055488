import { decodeEventLog, encodeEventTopics, erc20Abi } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import { reasonOf } from '../../errors/reasonOf.ts'
import type { Block } from '../../model/Block.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import type { DirectTrail } from '../direct/DirectTrail.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { isSame } from '../WhatIf.ts'
import type { DestinationEvidence, ReceiptEvidence, SourceEvidence } from './Evidence.ts'
import { oftAbi } from './messageAbi.ts'
import { packetsIn } from './packetsIn.ts'
import { type Log, readReceiptLogs } from './readLogs.ts'
import { readReplaced } from './readReplaced.ts'
import { searchArrival } from './searchArrival.ts'

/** What the chains show of a direct move: no contract has a record of it, so that receipts and logs have to do. */

const NOT_SENT = { guid: `0x${'00'.repeat(32)}`, nonce: 0n } as const

type Sent = { readonly guid: Hex; readonly nonce: bigint }

/** What the owner has of the asset in the wallet, to be joined into a snapshot: coins, once they were unwrapped for a pool. */
export function readWallet(chain: Ask.Chain, { owner }: TrackedMove, { assets, done }: DirectTrail): Read.Read<bigint> {
  if (done.unwrap !== undefined) return Ask.nativeBalance(chain, owner)
  return Read.call({ to: assets.source, abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
}

/** What the OFT said when the owner sent: the message of the transaction, or that there is none. */
export async function readSent(
  chain: Ask.Chain,
  move: TrackedMove,
  toBlock: bigint,
  options: DeadlineOptions,
): Promise<ReadResult<Sent>> {
  if (move.hash === undefined) return { status: 'ok', value: NOT_SENT }
  try {
    const receipt = await readReceiptLogs(chain, move.hash, options)
    if (receipt === undefined || receipt.blockNumber > toBlock) return { status: 'ok', value: NOT_SENT }
    return { status: 'ok', value: sentIn(receipt.logs, move) ?? NOT_SENT }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}

/** The message that the owner sent by this OFT to the other chain, in the logs of one transaction. */
export function sentIn(
  logs: readonly Log[],
  { owner, source, destination, guid: known }: TrackedMove,
): Sent | undefined {
  const guids = logs
    .filter(({ address }) => isSame(address, source.oft))
    .flatMap((log) => eventOf(log, 'OFTSent'))
    .filter(({ fromAddress, dstEid }) => isSame(fromAddress, owner) && dstEid === destination.eid)
    .map(({ guid }) => guid.toLowerCase())
  const packets = packetsIn(logs, source.endpoint).filter(({ guid }) => guids.includes(guid.toLowerCase()))
  // A batch may have sent several.
  return packets.find(({ guid }) => known !== undefined && isSame(guid, known)) ?? packets[0]
}

/**
 * Whether the first step has put the amount into the owner's wallet, and it is still there; or was, once the sending was handed over,
 * which may have taken it on: the node that was asked for its receipt may be behind.
 */
export function withdrawalOf(
  { done, amount, handed }: DirectTrail,
  held: ReadResult<bigint>,
  receipt: ReceiptEvidence,
): SourceEvidence['isWithdrawn'] {
  if (done.withdraw === undefined) return undefined
  if (held.status !== 'ok') return held
  const isThere = held.value >= amount || handed?.step === 'send'
  if (receipt.status === 'unavailable' && isThere) return receipt
  return { status: 'ok', value: isThere && receipt.status === 'success' }
}

/**
 * How much the OFT says to have paid out for a message; nothing where it says nothing. Asked once it was executed, or removed. What
 * was seen once is not looked for again.
 */
export async function readReceived(
  chains: { readonly source: Ask.Chain; readonly destination: Ask.Chain },
  move: TrackedMove & { readonly guid: Hex },
  { recipient, received }: DirectTrail,
  head: Block,
  options: DeadlineOptions,
): Promise<NonNullable<DestinationEvidence['received']>> {
  const { guid } = move
  // Older blocks than that of the look, finalized ones for instance, have to show it themselves.
  if (received !== undefined && received.block <= head.number) return { status: 'ok', value: received.amount }
  const [topic, id] = encodeEventTopics({ abi: oftAbi, eventName: 'OFTReceived', args: { guid } })
  // A reorganisation of the source can give the place of a message, and with it its GUID, to somebody else's.
  const match = (log: Log) =>
    eventOf(log, 'OFTReceived').find(({ toAddress }) => isSame(toAddress, recipient))?.amountReceivedLD
  try {
    const search = { address: move.destination.oft, topics: [topic, String(id) as Hex], match }
    const arrival = await searchArrival(chains, move, head, search, options)
    if (arrival.found !== undefined) return { status: 'ok', value: arrival.found }
    const { chainId } = chains.destination
    const reason =
      `it was executed, or removed by the token's owner, and no log in blocks ${arrival.looked} says how much was paid out: ` +
      `ask a node of chain ${chainId} that keeps old logs`
    return { status: 'unavailable', reason }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}

/**
 * Whether the second step is done: its transaction succeeded, the recipient's tokens went away in it, and the market that was called
 * said something about the owner. A market that refuses without reverting takes no tokens.
 */
export async function readSettled(
  chain: Ask.Chain,
  move: TrackedMove,
  direct: DirectTrail,
  head: Block,
  options: DeadlineOptions,
): Promise<DestinationEvidence['record']> {
  const { arrival } = direct
  const none = { status: 'ok', value: { status: 'none', amount: 0n } } as const
  if (arrival?.hash === undefined) return none
  try {
    const known = await readReceiptLogs(chain, arrival.hash, options)
    const receipt = known ?? (await readInstead(chain, { ...move, direct }, head.number, options))
    if (receipt === undefined) return none
    const paid = paidIn(receipt.logs, direct)
    const isNamed = receipt.logs.some(({ address, topics, data }) => {
      if (!isSame(address, arrival.market)) return false
      return [...topics, data].join('').toLowerCase().includes(move.owner.slice(2).toLowerCase())
    })
    return paid > 0n && isNamed ? { status: 'ok', value: { status: 'credited', amount: paid } } : none
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return { status: 'unavailable', reason: reasonOf(error) }
  }
}

/** The logs of the transaction that a wallet has put into the place of the one that is known. */
async function readInstead(
  chain: Ask.Chain,
  move: TrackedMove & { readonly direct: DirectTrail },
  toBlock: bigint,
  options: DeadlineOptions,
) {
  const instead = await readReplaced(chain, move, move.direct.arrival?.handed, toBlock, options)
  return instead === undefined ? undefined : readReceiptLogs(chain, instead, options)
}

/** Base units of what had arrived that went away from the recipient. */
export function paidIn(logs: readonly Log[], { assets, recipient }: DirectTrail): bigint {
  return logs
    .filter(({ address }) => isSame(address, assets.destination))
    .flatMap((log) => eventOf(log, 'Transfer'))
    .filter(({ from }) => isSame(from, recipient))
    .reduce((sum, { value }) => sum + value, 0n)
}

const abi = [...oftAbi, ...erc20Abi] as const

type Events = {
  readonly OFTSent: { readonly guid: Hex; readonly dstEid: number; readonly fromAddress: Address }
  readonly OFTReceived: { readonly guid: Hex; readonly toAddress: Address; readonly amountReceivedLD: bigint }
  readonly Transfer: { readonly from: Address; readonly value: bigint }
}

/** What a log says, if it is that event. */
function eventOf<name extends keyof Events>({ topics, data }: Log, eventName: name): readonly Events[name][] {
  try {
    const event: { readonly eventName: string; readonly args: unknown } = decodeEventLog({
      abi,
      topics: [...topics] as [Hex, ...Hex[]],
      data,
    })
    return event.eventName === eventName ? [event.args as Events[name]] : []
  } catch {
    return []
  }
}
