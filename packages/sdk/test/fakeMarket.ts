import { type Address, type Hex, parseAbi, zeroHash } from 'viem'
import type { ProtocolAdapter } from '../src/adapter/ProtocolAdapter.ts'
import type { Asset } from '../src/model/Asset.ts'
import type { DataIssue } from '../src/model/DataIssue.ts'
import type { Market } from '../src/model/Market.ts'
import type { PositionFacts } from '../src/model/Position.ts'
import { type Quantity, unknown } from '../src/model/Quantity.ts'
import type { ReadResult } from '../src/model/ReadResult.ts'
import { collateralRouterAbi } from '../src/moves/generated/collateralRouterAbi.ts'
import * as Read from '../src/reads/Read.ts'
import type { LiquidationRule } from '../src/risk/LiquidationRule.ts'
import * as Usd from '../src/units/Usd.ts'
import * as Wad from '../src/units/Wad.ts'
import { type Contract, contract, type FakeChain } from './FakeChain.ts'

const abi = parseAbi([
  'function decimals() view returns (uint8)',
  'function price() view returns (uint256)',
  'function collateralOf(address owner) view returns (uint256)',
  'function debtOf(address owner) view returns (uint256)',
])
const LIQUIDATION_THRESHOLD = Wad.fromDecimal('0.8')

/** Σ value × threshold over Σ debt, rounded down. */
export const fakeRule: LiquidationRule = {
  key: 'fake',
  valueOf: Usd.valueDown,
  assess: ({ collateral, debt }) => {
    const priced = ({ asset, amount, price }: { asset: Asset; amount: bigint; price: bigint }) =>
      Usd.valueDown({ amount, price, decimals: asset.decimals })
    const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)
    const weightedCollateral = sum(collateral.map((leg) => Wad.mulDown(priced(leg), leg.liquidationThreshold)))
    const debtValue = sum(debt.map(priced))
    return {
      collateralValue: sum(collateral.map(priced)),
      debtValue,
      weightedCollateral,
      weightedDebt: debtValue,
      health:
        debtValue === 0n
          ? { status: 'no-debt' }
          : { status: 'known', factor: Wad.divDown(weightedCollateral, debtValue) },
    }
  },
}

/** A lending market with one asset, for tests of what lies around adapters. */
export function fakeMarket({
  chainId,
  pool,
  ttl = 3_600,
}: {
  readonly chainId: number
  readonly pool: Address
  readonly ttl?: number
}): ProtocolAdapter<{ readonly decimals: number }> {
  const market: Market = {
    key: `fake:${chainId}:${pool}`,
    protocol: 'fake',
    chainId,
    id: pool,
    name: `Fake ${chainId}`,
  }
  const call = { to: pool, abi } as const
  const quantityOf = (result: ReadResult<bigint>, path: string): Quantity => {
    if (result.status === 'ok') return result.value
    const issue: DataIssue = { kind: result.status, chainId, market: market.key, path, reason: result.reason }
    return unknown(issue)
  }
  return {
    market,
    rules: { fake: fakeRule },
    metadata: { ttl, read: Read.map(Read.call({ ...call, functionName: 'decimals' }), (decimals) => ({ decimals })) },
    state: ({ decimals }, owners) => {
      const asset: Asset = { chainId, address: pool, symbol: 'FAKE', decimals }
      const price = Read.map(Read.settle(Read.call({ ...call, functionName: 'price' })), (result) =>
        quantityOf(result, 'reserves.FAKE.price'),
      )
      const balances = owners.map((owner) =>
        Read.all([
          Read.call({ ...call, functionName: 'collateralOf', args: [owner] }),
          Read.call({ ...call, functionName: 'debtOf', args: [owner] }),
        ]),
      )
      const positions = Read.mapEach(
        price,
        balances,
        (price, [collateral, debt], index): ReadResult<PositionFacts> => ({
          status: 'ok',
          value: {
            owner: owners[index] ?? pool,
            rule: 'fake',
            collateral: [
              {
                asset,
                amount: collateral,
                price,
                value: price,
                isCollateral: true,
                liquidationThreshold: LIQUIDATION_THRESHOLD,
                loanToValue: LIQUIDATION_THRESHOLD,
              },
            ],
            debt: debt === 0n ? [] : [{ asset, amount: debt, price, value: price, liabilityWeight: Wad.WAD }],
            details: {},
          },
        }),
      )
      return Read.map(positions, ([price, positions]) => ({
        state: {
          market,
          reserves: [
            {
              asset,
              price,
              liquidationThreshold: LIQUIDATION_THRESHOLD,
              loanToValue: LIQUIDATION_THRESHOLD,
              liquidationBonus: 0n,
              supplyRoom: undefined,
              borrowRoom: undefined,
              availableLiquidity: 0n,
              supplyRate: 0n,
              borrowRate: 0n,
              supplyBlockedBy: [],
              withdrawBlockedBy: [],
              borrowBlockedBy: [],
            },
          ],
        },
        positions,
      }))
    },
    routed: {
      pullAuthorization: ({ amount }) => ({ kind: 'erc20', token: pool, amount }),
      supplyGas: 0n,
    },
  }
}

/** What the market's contract holds of each owner, by address in lower case. */
export type Holdings = Readonly<Record<string, { readonly collateral: bigint; readonly debt: bigint }>>

/** Puts the contract behind {@link fakeMarket} onto a chain; a price that throws reverts alone. */
export function deployFakeMarket(
  chain: FakeChain,
  pool: Address,
  { price, holdings }: { readonly price: () => bigint; readonly holdings: Holdings },
): void {
  const of = (owner: string) => holdings[owner.toLowerCase()]
  const answer: Contract = contract(abi, {
    decimals: () => 18,
    price,
    collateralOf: (owner: string) => of(owner)?.collateral ?? 0n,
    debtOf: (owner: string) => of(owner)?.debt ?? 0n,
  })
  chain.set(pool, answer)
}

/** A move as the fake router lists it. */
export type RouterMove = {
  readonly guid: Hex
  readonly owner: Address
  readonly asset: Address
  readonly eid: number
  readonly amount: bigint
  readonly status?: number
}

/** Puts a router onto a chain that lists these moves, the newest first. */
export function deployFakeRouter(
  chain: FakeChain,
  router: Address,
  {
    sent = [],
    arrived = [],
  }: {
    readonly sent?: readonly RouterMove[]
    readonly arrived?: readonly RouterMove[]
  },
): void {
  const mine = (moves: readonly RouterMove[], owner: Address) => moves.filter((move) => move.owner === owner)
  const answer = contract(collateralRouterAbi, {
    latestSent: (owner: Address, limit: bigint) => {
      const moves = mine(sent, owner).map(({ guid, asset, eid, amount }) => ({
        guid,
        id: guid,
        asset,
        dstEid: eid,
        nonce: 1n,
        amount,
        sentAt: 1_699_999_000n,
      }))
      return [BigInt(moves.length), moves.slice(0, Number(limit))]
    },
    latestArrivals: (owner: Address, limit: bigint) => {
      const moves = mine(arrived, owner).map(({ guid, asset, eid, amount, status = 1 }) => ({
        guid,
        owner,
        status,
        srcEid: eid,
        arrivedAt: 1_699_999_500n,
        recovery: owner,
        asset,
        market: asset,
        amount,
        settleGas: 0n,
        action: 0,
        marketId: zeroHash,
      }))
      return [BigInt(moves.length), moves.slice(0, Number(limit))]
    },
  })
  chain.set(router, answer)
}
