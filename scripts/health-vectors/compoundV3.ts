import { cometRule } from '../../packages/adapters/src/compound-v3/rule.ts'
import { type CollateralLeg, type DebtLeg, Decimal } from '../../packages/sdk/src/index.ts'
import * as Random from '../../test/differential/Random.ts'
import { vectors as measured, type VectorSnapshot, type VectorState } from '../../test/vectors/compoundV3.ts'
import { type Family, factorWord, type Vector, word } from './Vector.ts'

/** An account of a Comet. Prices have 8 decimals. */
export type CometVector = Vector & {
  readonly debt: string
  readonly basePrice: string
  readonly baseDecimals: number
  readonly collateral: readonly {
    readonly balance: string
    readonly price: string
    readonly decimals: number
    readonly factor: string
  }[]
  /** What a real Comet said of it, where it was measured. */
  readonly isLiquidatable?: boolean
}

type Input = Omit<CometVector, 'factor'>

const WAD = 10n ** 18n
const PRICE = 10n ** 10n
/** A leg is 64 bytes: how many are measured near the boundary, and how many are made up. */
const MEASURED = 80
const assetOf = (decimals: number) => ({ chainId: 8453, address: '0x01', symbol: 'A', decimals }) as const

/** What the SDK's rule says of a vector. */
export function judge({ debt, basePrice, baseDecimals, collateral }: Input): string {
  const legs = collateral.map(
    ({ balance, price, decimals, factor }): CollateralLeg<bigint> => ({
      asset: assetOf(decimals),
      amount: BigInt(balance),
      price: BigInt(price) * PRICE,
      value: 0n,
      isCollateral: true,
      liquidationThreshold: BigInt(factor),
      loanToValue: 0n,
    }),
  )
  const owed: DebtLeg<bigint> = {
    asset: assetOf(baseDecimals),
    amount: BigInt(debt),
    price: BigInt(basePrice) * PRICE,
    value: 0n,
    liabilityWeight: WAD,
  }
  const { health } = cometRule.assess({ collateral: legs, debt: [owed] })
  return health.status === 'known' ? `${health.factor}` : 'no-debt'
}

const vectorOf = (input: Input): CometVector => ({ ...input, factor: judge(input) })

/** A snapshot of the real Comet, if all its prices could be read and something was owed. */
function fromMeasured({ s, label, acc, val }: VectorSnapshot): readonly CometVector[] {
  const { market, states } = measured
  const state: VectorState | undefined = states[s]
  if (state === undefined || acc.borrowBalanceOf === '0' || typeof acc.isLiquidatable !== 'boolean') return []
  const { priceBase } = state.val
  if (typeof priceBase !== 'string') return []
  const collateral = market.collaterals.flatMap(({ decimals }, index) => {
    const [balance] = val[`userCollateral${index}`] ?? ['0']
    const price = state.val[`price${index}`]
    if (balance === '0') return []
    const { liquidateCollateralFactor: factor } = market.val[`assetInfo${index}`] ?? {}
    return typeof price === 'string' && factor !== undefined ? [{ balance, price, decimals, factor }] : [undefined]
  })
  if (!collateral.every((one) => one !== undefined)) return []
  return [
    vectorOf({
      about: `measured: ${label} in state ${s}`,
      debt: acc.borrowBalanceOf,
      basePrice: priceBase,
      baseDecimals: market.base.decimals,
      collateral,
      isLiquidatable: acc.isLiquidatable,
    }),
  ]
}

function vectors(): readonly CometVector[] {
  const random = Random.create('health of compound-v3')
  const distance = ({ factor }: CometVector) => {
    const from = BigInt(factor) - WAD
    return from < 0n ? -from : from
  }
  // The most telling: those nearest to the boundary.
  const nearest = measured.snaps
    .flatMap(fromMeasured)
    .sort((a, b) => (distance(a) < distance(b) ? -1 : 1))
    .slice(0, MEASURED)
  const weth = { balance: '1000000000000000000', price: '200000000000', decimals: 18, factor: '850000000000000000' }
  const base = { basePrice: '100000000', baseDecimals: 6 }
  const edges = [
    { about: 'nothing owed', ...base, debt: '0', collateral: [weth] },
    { about: 'nothing at all', ...base, debt: '0', collateral: [] },
    { about: 'no collateral', ...base, debt: '1000000', collateral: [] },
    { about: 'a debt worth nothing, without collateral', basePrice: '1', baseDecimals: 18, debt: '9', collateral: [] },
    { about: 'a debt worth nothing, with collateral', basePrice: '1', baseDecimals: 18, debt: '9', collateral: [weth] },
    { about: 'a debt worth one', basePrice: '1', baseDecimals: 6, debt: '1000000', collateral: [weth] },
    { about: 'collateral worth nothing', ...base, debt: '1000000', collateral: [{ ...weth, balance: '1' }] },
    { about: 'a factor of zero', ...base, debt: '1000000', collateral: [{ ...weth, factor: '0' }] },
    {
      about: 'each rounded by itself',
      ...base,
      debt: '1',
      collateral: [
        { ...weth, balance: '9999999', price: '100000000001', factor: '999999999999999999' },
        { ...weth, balance: '9999999', price: '100000000001', factor: '999999999999999999' },
      ],
    },
  ].map(vectorOf)
  const anything = Array.from({ length: 80 }, (_, index) =>
    vectorOf({
      about: `anything ${index}`,
      debt: `${random.magnitude(1n, 10n ** 24n)}`,
      basePrice: `${random.magnitude(1n, 10n ** 14n)}`,
      baseDecimals: random.pick([6, 8, 18]),
      collateral: Array.from({ length: random.below(5) }, () => ({
        balance: `${random.magnitude(1n, 10n ** 27n)}`,
        price: `${random.magnitude(1n, 10n ** 15n)}`,
        decimals: random.pick([6, 8, 18]),
        factor: `${random.magnitude(1n, WAD)}`,
      })),
    }),
  )
  return [...edges, ...nearest, ...anything]
}

export const compoundV3: Family<CometVector> = {
  name: 'COMPOUND_V3',
  layout: [
    'one byte: how many collaterals; one byte: what a real Comet said (0 nothing, 1 healthy, 2 liquidatable)',
    'debt, base price, base scale: 16 bytes each; factor: 32 bytes',
    'each collateral: balance, price, scale, liquidate factor: 16 bytes each',
  ],
  vectors,
  encode: ({ debt, basePrice, baseDecimals, collateral, factor, isLiquidatable }) =>
    [
      word(BigInt(collateral.length), 1),
      word(isLiquidatable === undefined ? 0n : isLiquidatable ? 2n : 1n, 1),
      word(debt, 16),
      word(basePrice, 16),
      word(Decimal.unit(baseDecimals), 16),
      factorWord(factor),
      ...collateral.flatMap(({ balance, price, decimals, factor }) => [
        word(balance, 16),
        word(price, 16),
        word(Decimal.unit(decimals), 16),
        word(factor, 16),
      ]),
    ].join(''),
}
