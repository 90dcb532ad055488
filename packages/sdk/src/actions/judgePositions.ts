import type { ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import { issueOf } from '../model/DataIssue.ts'
import type { Address } from '../model/Hex.ts'
import { type Position, type PositionFacts, positionId } from '../model/Position.ts'
import type { ReadFailure, ReadResult } from '../model/ReadResult.ts'
import { judgeOnce } from './judgeOnce.ts'
import type { ChainOutcome, MarketOutcome } from './readChain.ts'

/** One position per owner of a market: judged by its own rule, or unread with the reason. */
export function judgePositions(
  outcome: ChainOutcome,
  { adapter, reading }: MarketOutcome,
  owners: readonly Address[],
): readonly Position[] {
  return owners.map((owner, index) => {
    const facts: ReadResult<PositionFacts> =
      reading.status === 'ok' ? (reading.value.positions[index] ?? NO_POSITION) : reading
    return judgePosition(outcome, adapter, owner, facts)
  })
}

function judgePosition(
  outcome: ChainOutcome,
  adapter: ProtocolAdapter,
  owner: Address,
  facts: ReadResult<PositionFacts>,
): Position {
  const { market } = adapter
  const identity = { id: positionId(market, owner), owner, market }
  const unread = (failure: ReadFailure): Position => {
    const issue = issueOf(failure, { chainId: market.chainId, market: market.key, owner, path: 'position' })
    return { ...identity, status: 'unread', health: { status: 'unknown', issues: [issue] }, issues: [issue] }
  }
  if (outcome.status !== 'read') return unread(outcome.failure)
  if (facts.status !== 'ok') return unread(facts)
  if (facts.value.owner.toLowerCase() !== owner.toLowerCase()) {
    return unread({ status: 'unavailable', reason: 'the adapter answered for another owner' })
  }
  const rule = Object.hasOwn(adapter.rules, facts.value.rule) ? adapter.rules[facts.value.rule] : undefined
  if (rule === undefined) {
    return unread({ status: 'unavailable', reason: `no liquidation rule "${facts.value.rule}"` })
  }
  try {
    return judgeOnce(facts.value, rule, identity, outcome.block)
  } catch (error) {
    // Numbers that no token and no price can have: what a lying node makes up.
    return unread({ status: 'unavailable', reason: `cannot be judged: ${reasonOf(error)}` })
  }
}

const NO_POSITION: ReadFailure = { status: 'unavailable', reason: 'the adapter gave no position for this owner' }
