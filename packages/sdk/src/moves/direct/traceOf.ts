import {
  concatHex,
  decodeFunctionData,
  encodeEventTopics,
  erc20Abi,
  numberToHex,
  parseAbi,
  size,
  zeroAddress,
} from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MoveCall, TrackedMove } from '../MoveIntent.ts'
import { oftAbi } from '../track/messageAbi.ts'
import type { DirectTrail } from './DirectTrail.ts'
import type { Trace } from './Sending.ts'

const wrappedAbi = parseAbi([
  'event Withdrawal(address indexed src, uint256 wad)',
  'event Deposit(address indexed dst, uint256 wad)',
])

type Move = Pick<TrackedMove, 'owner' | 'source' | 'destination'> & { readonly direct: DirectTrail }

/** Where a step of the source is seen, whatever its transaction was. */
export function traceOf(step: string, { owner, source, direct, destination }: Move): Trace | undefined {
  const token = direct.assets.source
  const ofAmount = matching((amount) => amount === direct.amount)
  switch (step) {
    case 'withdraw': {
      const topics = hexes(encodeEventTopics({ abi: erc20Abi, eventName: 'Transfer', args: { to: owner } }))
      return { address: token, topics, match: ofAmount }
    }
    case 'unwrap': {
      const [withdrawal = null, from] = hexes(
        encodeEventTopics({ abi: wrappedAbi, eventName: 'Withdrawal', args: { src: owner } }),
      )
      const [transfer = null] = hexes(encodeEventTopics({ abi: erc20Abi, eventName: 'Transfer' }))
      // Not every wrapped coin tells of it by the same event.
      const events = [withdrawal, transfer].filter((event) => event !== null)
      return { address: token, topics: [events, from ?? null], match: ofAmount }
    }
    case 'send': {
      const topics = hexes(encodeEventTopics({ abi: oftAbi, eventName: 'OFTSent', args: { fromAddress: owner } }))
      const start = concatHex([numberToHex(destination.eid, { size: 32 }), numberToHex(direct.amount, { size: 32 })])
      return { address: source.oft, topics, match: ({ data }) => data.startsWith(start) }
    }
    default:
      return undefined
  }
}

/** Where an approval is seen, whatever it is for: all of it is in its call. Nothing for another call. */
export function approvalTrace(owner: Address, { to, data }: Pick<MoveCall, 'to' | 'data'>): Trace | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: erc20Abi, data })
    if (functionName !== 'approve') return undefined
    const [spender, amount] = args
    const topics = hexes(encodeEventTopics({ abi: erc20Abi, eventName: 'Approval', args: { owner, spender } }))
    return { address: to, topics, match: matching((allowed) => allowed === amount) }
  } catch {
    return undefined
  }
}

/** Where tokens went away from an account. */
export function paidTrace(token: Address, from: Address): Trace {
  const topics = hexes(encodeEventTopics({ abi: erc20Abi, eventName: 'Transfer', args: { from } }))
  return { address: token, topics, match: matching((amount) => amount > 0n) }
}

/** Where coins became so much of the wrapped coin. Some tell it as a deposit, others as tokens that come from nowhere. */
export function wrapTrace(token: Address, account: Address, amount: bigint): Trace {
  const [deposit = null, to = null] = hexes(
    encodeEventTopics({ abi: wrappedAbi, eventName: 'Deposit', args: { dst: account } }),
  )
  const [transfer = null, from = null] = hexes(
    encodeEventTopics({ abi: erc20Abi, eventName: 'Transfer', args: { from: zeroAddress } }),
  )
  const some = (topics: readonly (Hex | null)[]) => topics.filter((topic) => topic !== null)
  return {
    address: token,
    topics: [some([deposit, transfer]), some([to, from])],
    match: matching((wad) => wad === amount),
  }
}

/** Logs whose data is one number, and that one fits. */
function matching(fits: (amount: bigint) => boolean): Trace['match'] {
  return ({ data }) => size(data) === 32 && fits(BigInt(data))
}

function hexes(topics: readonly unknown[]): readonly (Hex | null)[] {
  return topics.map((topic) => (typeof topic === 'string' ? (topic as Hex) : null))
}
