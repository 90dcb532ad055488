import { zeroAddress } from 'viem'
import { collateralRouterAbi as abi } from '../../moves/generated/collateralRouterAbi.ts'
import { decodedCall } from '../chain/decodedCall.ts'
import type { MockPermit } from '../chain/MockMarket.ts'
import type { MockContract, MockEffects, MockPart } from '../chain/MockPart.ts'
import { mockContract } from '../chain/mockContract.ts'
import { type RouterPart, routerKey } from './Parts.ts'
import {
  type ArrivalEntry,
  arrivalOf,
  isMarket,
  isSame,
  NO_GUID,
  oftOf,
  type RouterState,
  type SentEntry,
  totalParked,
} from './RouterState.ts'
import { quoteRoute, SETTLE_GAS, sendFrom } from './sendFrom.ts'
import { claimAt, retryAt } from './settleAt.ts'

/** The collateral router of one chain. */
export function routerPart(router: RouterState): RouterPart {
  const { chainId, router: address } = router.deployment
  const contract = views(router)
  return {
    key: routerKey(chainId),
    router,
    contracts: () => ({ [address]: contract }),
    withRouter: routerPart,
    execute: executeOn(router),
  }
}

function executeOn(router: RouterState): NonNullable<MockPart['execute']> {
  return (transaction, state, at): MockEffects | undefined => {
    const { from, data } = transaction
    const call = decodedCall(abi, data)
    switch (call?.functionName) {
      case 'send':
        return sendFrom(router, call.args[0], undefined, transaction, state, at)
      case 'sendWithGrant': {
        const [move, { value, deadline, give }] = call.args
        const permit: MockPermit = { value, deadline, ...give, owner: from, spender: router.deployment.router }
        return sendFrom(router, move, permit, transaction, state, at)
      }
      case 'retry':
        return retryAt(router, call.args[0], from, state)
      case 'claim':
        return claimAt(router, call.args[0], from, call.args[1], state)
      default:
        return undefined
    }
  }
}

function views(router: RouterState): MockContract {
  const { deployment, fee, sent, arrivals } = router
  return mockContract(abi, {
    quote: ([move]) => {
      const { amountSent } = quoteRoute(router, move)
      return { nativeFee: fee, amountSent, amountReceived: amountSent }
    },
    sentMove: ([owner, id]) => sent.find((one) => one.id === id && isSame(one.owner, owner)) ?? NOT_SENT,
    latestSent: ([owner, limit]) => {
      const own = sent.filter((one) => isSame(one.owner, owner))
      return [BigInt(own.length), newest(own, limit)] as const
    },
    arrival: ([guid]) => arrivalOf(router, guid) ?? NOT_ARRIVED,
    latestArrivals: ([owner, limit]) => {
      const own = arrivals.filter((one) => isSame(one.owner, owner))
      return [BigInt(own.length), newest(own, limit)] as const
    },
    totalParked: ([asset]) => totalParked(router, asset),
    oftOf: ([asset]) => oftOf(router, asset)?.oft ?? zeroAddress,
    protocolOf: ([market]) => (isMarket(router, market) ? AAVE_V3 : 0),
    tokenOf: () => zeroAddress,
    wrappedNative: () => deployment.wrappedNative,
    desk: () => zeroAddress,
    isRemote: ([eid]) => router.remotes.includes(eid),
    endpoint: () => deployment.endpoint,
    settleGasBounds: () => SETTLE_GAS,
  })
}

function newest<entry>(entries: readonly entry[], limit: bigint): readonly entry[] {
  return [...entries].reverse().slice(0, Number(limit < 1_000n ? limit : 1_000n))
}

/** By the router's `Protocol`: whatever a mocked market is, it takes receipt tokens as Aave does. */
const AAVE_V3 = 1
const NOT_SENT: SentEntry = {
  owner: zeroAddress,
  guid: NO_GUID,
  id: NO_GUID,
  asset: zeroAddress,
  dstEid: 0,
  nonce: 0n,
  amount: 0n,
  sentAt: 0n,
}
const NOT_ARRIVED: ArrivalEntry = {
  guid: NO_GUID,
  owner: zeroAddress,
  status: 0,
  action: 0,
  srcEid: 0,
  arrivedAt: 0n,
  recovery: zeroAddress,
  asset: zeroAddress,
  market: zeroAddress,
  marketId: NO_GUID,
  amount: 0n,
  settleGas: 0n,
}
