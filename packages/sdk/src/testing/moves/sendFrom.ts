import type { Address } from '../../model/Hex.ts'
import { errorAbi } from '../../moves/errorAbi.ts'
import { collateralRouterAbi as abi } from '../../moves/generated/collateralRouterAbi.ts'
import type { MoveParameters } from '../../moves/MoveIntent.ts'
import type { MockMarket, MockPermit } from '../chain/MockMarket.ts'
import type { MockBlock, MockEffects, MockState, MockTransaction } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import * as EndpointState from './EndpointState.ts'
import * as MoveMessage from './MoveMessage.ts'
import { mockLog } from './mockLog.ts'
import * as Packet from './Packet.ts'
import * as Parts from './Parts.ts'
import { isMarket, isSame, oftOf, type RouterOft, type RouterState } from './RouterState.ts'

/** The least and the most gas that a router settles with. */
export const SETTLE_GAS: readonly [least: bigint, most: bigint] = [200_000n, 5_000_000n]
/** What is pulled may arrive up to this much smaller. */
const PULL_ROUNDING = 2n
const MOST_SHARED = 2n ** 64n - 1n

/** A move as the router's functions take it. */
export type MoveStruct = Omit<MoveParameters, 'action'> & { readonly action: number }

/** What a route takes of an amount. */
export type Quoted = { readonly oft: RouterOft; readonly amountSent: bigint; readonly amountShared: bigint }

/** What concerns the route alone, in the router's order: a quote reverts as a sending does. */
export function quoteRoute(router: RouterState, move: MoveStruct): Quoted {
  if (move.amount === 0n) throw MockRevert.error(abi, 'ZeroAmount')
  const oft = oftOf(router, move.asset)
  if (oft === undefined) throw MockRevert.error(abi, 'UnknownAsset', [move.asset])
  if (!router.remotes.includes(move.dstEid)) throw MockRevert.error(abi, 'UnknownDestination', [move.dstEid])
  const [least, most] = SETTLE_GAS
  if (move.settleGas < least) throw MockRevert.error(abi, 'SettleGasTooLow', [move.settleGas, least])
  if (move.settleGas > most) throw MockRevert.error(abi, 'SettleGasTooHigh', [move.settleGas, most])
  if (BigInt(move.dstMarket) === 0n) throw MockRevert.error(abi, 'UnknownMarket', [move.dstMarket])
  const rate = 10n ** BigInt(oft.decimals - oft.sharedDecimals)
  const amountShared = move.amount / rate
  if (amountShared > MOST_SHARED) throw MockRevert.error(errorAbi, 'AmountSDOverflowed', [amountShared])
  const amountSent = amountShared * rate
  if (amountSent < move.minAmount || amountSent === 0n) {
    throw MockRevert.error(abi, 'AmountTooSmall', [amountSent, move.minAmount])
  }
  return { oft, amountSent, amountShared }
}

/** Runs the router's `send`: takes the owner's own collateral out, looks at the health that remains, and sends it. */
export function sendFrom(
  router: RouterState,
  move: MoveStruct,
  permit: MockPermit | undefined,
  { from: owner, value }: MockTransaction,
  state: MockState,
  at: MockBlock,
): MockEffects {
  const { chainId, router: address, endpoint: endpointAddress } = router.deployment
  const endpoint = Parts.endpointIn(state, chainId)
  if (endpoint === undefined) throw new MockRevert()
  const isContract = Parts.hasCode(state, owner, at)
  if (at.timestamp > move.deadline) throw MockRevert.error(abi, 'DeadlineExpired', [move.deadline, at.timestamp])
  const { oft, amountSent, amountShared } = quoteRoute(router, move)
  const found = isMarket(router, move.market) ? Parts.marketIn(state, move.market) : undefined
  if (found === undefined) throw MockRevert.error(abi, 'UnknownMarket', [move.market])
  if (isContract && BigInt(move.recovery) === 0n) throw MockRevert.error(abi, 'RecoveryRequired', [owner])
  if (router.sent.some((one) => one.id === move.id && isSame(one.owner, owner))) {
    throw MockRevert.error(abi, 'MoveAlreadySent', [owner, move.id])
  }
  if (!Parts.hasAsset(found, move.asset)) throw MockRevert.error(abi, 'UnknownAsset', [move.asset])

  const market = withdrawn(permitted(found, move.asset, permit, at), move, owner, address)
  const health = market.healthOf?.(owner)
  if (health !== undefined && health < move.minHealthFactor) {
    throw MockRevert.error(abi, 'SourceHealthTooLow', [health, move.minHealthFactor])
  }
  if (value < router.fee) throw MockRevert.error(errorAbi, 'LZ_InsufficientFee', [router.fee, value, 0n, 0n])

  const { recovery, action, dstMarket, dstMarketId, settleGas, dstEid } = move
  const place = { market: dstMarket, marketId: dstMarketId }
  const composeMessage = MoveMessage.encode({
    owner,
    ownerHasCode: isContract,
    recovery,
    ...place,
    action,
    settleGas,
  })
  const message = Packet.encodeOft({ to: address, amountShared, compose: { from: address, message: composeMessage } })
  const receiver = oft.peers[dstEid]
  if (receiver === undefined) throw MockRevert.error(errorAbi, 'NoPeer', [dstEid])
  const sending = EndpointState.send(endpoint, { sender: oft.oft, dstEid, receiver, message }, at.number)
  const { guid, nonce } = sending.packet
  const entry = { owner, guid, id: move.id, asset: move.asset, dstEid, nonce, amount: amountSent, sentAt: at.timestamp }

  const dust = Parts.withTokens(Parts.withPart(state, market), owner, move.asset, move.amount - amountSent)
  const sent = Parts.withRouter(dust, { ...router, sent: [...router.sent, entry] })
  const after = Parts.withEndpoint(sent, sending.state)
  const event = {
    guid,
    owner,
    id: move.id,
    asset: move.asset,
    amount: amountSent,
    dstEid,
    action,
    dstMarket,
    dstMarketId,
  }
  return {
    parts: Parts.changes(state, after),
    logs: [mockLog(address, abi, 'MoveSent', event)],
    returnData: guid,
    payments: [
      { to: endpointAddress, wei: router.fee },
      { to: owner, wei: value - router.fee },
    ],
  }
}

/** A permit proves nothing: it may have been used before. What counts is what may be pulled. */
function permitted(market: MockMarket, asset: Address, permit: MockPermit | undefined, at: MockBlock): MockMarket {
  if (permit === undefined || market.pulling === undefined) return market
  try {
    return market.pulling.withPermit(asset, permit, at)
  } catch (error) {
    if (error instanceof MockRevert) return market
    throw error
  }
}

function withdrawn(market: MockMarket, { asset, amount }: MoveStruct, owner: Address, router: Address): MockMarket {
  if (market.pulling === undefined) return market.withWithdrawal(owner, asset, amount)
  const { token, balance, allowance } = market.pulling.receiptOf(owner, asset, router)
  const pulled = [balance, allowance, amount + PULL_ROUNDING].reduce((least, one) => (one < least ? one : least))
  if (pulled < amount) {
    throw MockRevert.error(abi, 'CollateralNotAvailable', [token, balance, allowance, amount])
  }
  // What rounding did not need comes back as receipt tokens; the allowance for it is used up.
  return market.pulling.withAllowance(owner, asset, router, allowance - pulled).withWithdrawal(owner, asset, amount)
}
