import { padHex, zeroAddress } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import { collateralRouterAbi as abi } from '../../moves/generated/collateralRouterAbi.ts'
import type { MockMarket } from '../chain/MockMarket.ts'
import type { MockBlock, MockEffects, MockLog, MockState } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import * as MoveMessage from './MoveMessage.ts'
import { mockLog } from './mockLog.ts'
import * as Packet from './Packet.ts'
import * as Parts from './Parts.ts'
import {
  type ArrivalEntry,
  arrivalOf,
  CLAIMED,
  CREDITED,
  isMarket,
  isSame,
  NO_GUID,
  PARKED,
  type RouterState,
  withArrival,
} from './RouterState.ts'

/** What the router does where a move arrives. */

/** By the router's `Action`. */
const REPAY = 1

/** A state and the logs on the way to it. */
export type Settled = { readonly state: MockState; readonly logs: readonly MockLog[] }

/** Takes a move that an OFT delivered: supplies it for its owner or repays with it, or parks it. */
export function composeAt(
  router: RouterState,
  { from, guid, message }: { readonly from: Address; readonly guid: Hex; readonly message: Hex },
  state: MockState,
  at: MockBlock,
): Settled {
  const { srcEid, amount, composeFrom, message: inner } = Packet.decodeCompose(message)
  const oft = router.ofts.find((one) => isSame(one.oft, from))
  if (oft === undefined) throw MockRevert.error(abi, 'UntrustedToken', [from])
  if (!router.remotes.includes(srcEid)) throw MockRevert.error(abi, 'UnknownSource', [srcEid])
  if (arrivalOf(router, guid) !== undefined) throw MockRevert.error(abi, 'AlreadyArrived', [guid])
  const isMove = isSame(composeFrom, router.deployment.router)
  const { ownerHasCode, ...move } = isMove ? MoveMessage.decode(inner) : sentWithoutRouter(composeFrom)
  const { owner, action, market, marketId } = move
  const place = { guid, srcEid, arrivedAt: at.timestamp, asset: oft.asset, amount }
  const arrival: ArrivalEntry = { ...place, ...move, status: PARKED }
  const arrived = withArrival(router, arrival)
  const parked = Parts.withRouter(state, arrived)
  try {
    if (!isMove) throw MockRevert.error(abi, 'UntrustedComposer', [padHex(composeFrom, { size: 32 })])
    if (ownerHasCode && !Parts.hasCode(state, owner, at)) throw MockRevert.error(abi, 'OwnerHasNoCode', [owner])
    const refusal = router.refusals.get(guid)
    if (refusal !== undefined) throw new MockRevert(refusal)
    return settled(arrived, arrival, parked)
  } catch (error) {
    if (!(error instanceof MockRevert)) throw error
    const event = { guid, owner, action, market, marketId, asset: oft.asset, amount, reason: error.data }
    return { state: parked, logs: [mockLog(router.deployment.router, abi, 'MoveParked', event)] }
  }
}

/** What somebody sent without a router is parked for its sender. */
function sentWithoutRouter(owner: Address): MoveMessage.MoveMessage {
  const none = { recovery: zeroAddress, market: zeroAddress, marketId: NO_GUID }
  return { owner, ownerHasCode: false, ...none, action: 0, settleGas: 0n }
}

/** Supplies or repays what is parked once more, for its owner or recovery address. */
export function retryAt(router: RouterState, guid: Hex, caller: Address, state: MockState): MockEffects {
  const { state: after, logs } = settled(router, parkedFor(router, guid, caller), state)
  return { parts: Parts.changes(state, after), logs }
}

/** Pays out what is parked, to whom its owner or recovery address says. */
export function claimAt(router: RouterState, guid: Hex, caller: Address, to: Address, state: MockState): MockEffects {
  const arrival = parkedFor(router, guid, caller)
  const { router: address } = router.deployment
  if (BigInt(to) === 0n || isSame(to, address)) throw MockRevert.error(abi, 'InvalidRecipient', [to])
  const { owner, asset, amount } = arrival
  const claimed = Parts.withRouter(state, withArrival(router, { ...arrival, status: CLAIMED }))
  const paid = Parts.withTokens(Parts.withTokens(claimed, address, asset, -amount), to, asset, amount)
  const log = mockLog(address, abi, 'ParkedClaimed', { guid, owner, to, asset, amount })
  return { parts: Parts.changes(state, paid), logs: [log] }
}

function settled(router: RouterState, arrival: ArrivalEntry, state: MockState): Settled {
  const { guid, owner, action, market: id, marketId, asset, amount } = arrival
  const { router: address } = router.deployment
  if (!isMarket(router, id)) throw MockRevert.error(abi, 'UnknownMarket', [id])
  const credited = Parts.withRouter(state, withArrival(router, { ...arrival, status: CREDITED }))
  const spent = Parts.withTokens(credited, address, asset, -amount)
  const market = Parts.marketIn(spent, id)
  if (market === undefined || !Parts.hasAsset(market, asset)) throw MockRevert.error(abi, 'UnknownAsset', [asset])
  const { market: after, left } = action === REPAY ? repaid(market, arrival) : supplied(market, arrival)
  const event = { guid, owner, action, market: id, marketId, asset, amount, left }
  const settledState = Parts.withPart(spent, after)
  return {
    state: left === 0n ? settledState : Parts.withTokens(settledState, owner, asset, left),
    logs: [mockLog(address, abi, 'MoveCredited', event)],
  }
}

type Taken = { readonly market: MockMarket; readonly left: bigint }

function supplied(market: MockMarket, { market: id, owner, asset, amount }: ArrivalEntry): Taken {
  const after = market.withSupply(owner, asset, amount)
  if (after.isCollateral?.(owner, asset) === false) {
    throw MockRevert.error(abi, 'CollateralNotEnabled', [id, asset, owner])
  }
  return { market: after, left: 0n }
}

/** Up to the whole debt: what is over goes to the owner. */
function repaid(market: MockMarket, { market: id, owner, asset, amount }: ArrivalEntry): Taken {
  const owed = market.borrowedOf?.(owner, asset) ?? 0n
  if (owed === 0n || market.withRepayment === undefined) throw MockRevert.error(abi, 'NoDebt', [id, asset, owner])
  const paid = amount < owed ? amount : owed
  return { market: market.withRepayment(owner, asset, paid), left: amount - paid }
}

function parkedFor(router: RouterState, guid: Hex, caller: Address): ArrivalEntry {
  const arrival = arrivalOf(router, guid)
  if (arrival === undefined || arrival.status !== PARKED) throw MockRevert.error(abi, 'NotParked', [guid])
  const isRecovery = isSame(caller, arrival.recovery) && BigInt(caller) !== 0n
  if (!isSame(caller, arrival.owner) && !isRecovery) throw MockRevert.error(abi, 'NotOwner', [caller])
  return arrival
}
