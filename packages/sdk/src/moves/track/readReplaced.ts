import { concatHex, encodeEventTopics, erc20Abi, numberToHex } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import type { DirectTrail, Handed } from '../direct/DirectTrail.ts'
import { isExact } from '../direct/replacementOf.ts'
import { sentSince } from '../direct/sentSince.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import { oftAbi } from './messageAbi.ts'

type DirectMove = TrackedMove & { readonly direct: DirectTrail }

/**
 * The transaction that a wallet has put into the place of one that is in no block, e.g. with more gas: who has sent it, and as which
 * of theirs, has to be known, and it has to leave the same trace. Nothing where there is none, or nobody tells.
 */
export async function readReplaced(
  chain: Ask.Chain,
  move: DirectMove,
  handed: Handed | undefined,
  toBlock: bigint,
  options: DeadlineOptions,
): Promise<Hex | undefined> {
  if (handed === undefined || !isExact(handed)) return undefined
  const { owner, source, destination, direct } = move
  const { assets, recipient, amount } = direct
  const { step, nonce, since } = handed
  const transfers = (args: { readonly from: Hex } | { readonly to: Hex }) =>
    encodeEventTopics({ abi: erc20Abi, eventName: 'Transfer', args })
  const [address, topics, from] =
    step === 'send'
      ? [source.oft, encodeEventTopics({ abi: oftAbi, eventName: 'OFTSent', args: { fromAddress: owner } }), owner]
      : step === 'withdraw'
        ? [assets.source, transfers({ to: owner }), owner]
        : [assets.destination, transfers({ from: recipient }), recipient]
  const known = step === 'send' ? [destination.eid, amount] : step === 'withdraw' ? [amount] : []
  const start = concatHex(known.map((value) => numberToHex(value, { size: 32 })))
  const match = ({ data }: { readonly data: Hex }) => data.startsWith(start)
  try {
    const trace = { address, topics: topics as (Hex | null)[], match }
    return await sentSince(chain, { from, nonce, call: {}, trace, since, toBlock }, options)
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return undefined
  }
}
