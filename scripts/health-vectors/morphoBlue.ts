import { rule } from '../../packages/adapters/src/morpho-blue/rule.ts'
import { toAssetsUp, toSharesUp } from '../../packages/adapters/src/morpho-blue/SharesMath.ts'
import { type CollateralLeg, type DebtLeg, Exact } from '../../packages/sdk/src/index.ts'
import * as Random from '../../test/differential/Random.ts'
import { type Family, factorWord, type Vector, word } from './Vector.ts'

/** A position of a market. */
export type MorphoVector = Vector & {
  readonly collateral: string
  /** Units of the loan token per unit of collateral, times 1e36. */
  readonly price: string
  readonly lltv: string
  readonly shares: string
  readonly totalAssets: string
  readonly totalShares: string
}

const WAD = 10n ** 18n
const MAX_128 = 2n ** 128n - 1n
const MAX_256 = 2n ** 256n - 1n
const asset = { chainId: 8453, address: '0x01', symbol: 'A', decimals: 18 } as const

/** What the SDK's rule says of a vector: its debt from shares, then its health. */
export function judge({
  collateral,
  price,
  lltv,
  shares,
  totalAssets,
  totalShares,
}: Omit<MorphoVector, 'factor'>): string {
  const debt = toAssetsUp(BigInt(shares), { assets: BigInt(totalAssets), shares: BigInt(totalShares) })
  // With loan and collateral of 18 decimals each the oracle's price has 36.
  const exactPrice = { value: BigInt(price), decimals: 36 }
  const collateralLeg: CollateralLeg<bigint> = {
    asset,
    amount: BigInt(collateral),
    price: Exact.toWad(exactPrice),
    exactPrice,
    value: 0n,
    isCollateral: true,
    liquidationThreshold: BigInt(lltv),
    loanToValue: BigInt(lltv),
  }
  const debtLeg: DebtLeg<bigint> = { asset, amount: debt, price: WAD, value: 0n, liabilityWeight: WAD }
  const { health } = rule.assess({ collateral: [collateralLeg], debt: debt === 0n ? [] : [debtLeg] })
  return health.status === 'known' ? `${health.factor}` : 'no-debt'
}

function vectors(): readonly MorphoVector[] {
  const random = Random.create('health of morpho-blue')
  const of = (about: string, fields: Readonly<Record<Field, bigint>>): MorphoVector => {
    const text = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, `${value}`]))
    const vector = { about, ...(text as Record<Field, string>) }
    return { ...vector, factor: judge(vector) }
  }
  const common = { collateral: 10n ** 19n, price: 2n * 10n ** 27n, lltv: 86n * 10n ** 16n }
  const book = { totalAssets: 10n ** 13n + 7n, totalShares: 10n ** 19n }
  const edges = [
    of('nothing owed', { ...common, ...book, shares: 0n }),
    of('nothing at all', { ...common, ...book, collateral: 0n, shares: 0n }),
    of('a debt of one share, which is owed as a unit', { ...common, ...book, shares: 1n }),
    of('no collateral', { ...common, ...book, collateral: 0n, shares: 10n ** 16n }),
    of('a price of zero', { ...common, ...book, price: 0n, shares: 10n ** 16n }),
    of('a threshold of zero', { ...common, ...book, lltv: 0n, shares: 10n ** 16n }),
    of('an empty market', { ...common, totalAssets: 0n, totalShares: 0n, shares: 0n }),
    of('shares of nothing', { ...common, totalAssets: 0n, totalShares: 10n ** 6n, shares: 10n ** 6n }),
    of('the largest collateral', { ...common, ...book, collateral: MAX_128, shares: 10n ** 18n }),
    of('the largest price', { ...common, ...book, collateral: 1n, price: MAX_256, shares: 10n ** 18n }),
    of('the largest product', { ...common, ...book, collateral: MAX_128, price: MAX_256 / MAX_128, shares: 1n }),
    of('the largest debt', { ...common, totalAssets: MAX_128, totalShares: MAX_128, shares: MAX_128 }),
    of('the smallest collateral', { ...common, ...book, collateral: 1n, shares: 1n }),
    of('one whole is lost to rounding', {
      collateral: 1n,
      price: 10n ** 36n - 1n,
      lltv: WAD - 1n,
      ...book,
      shares: 1n,
    }),
  ]
  const anything = Array.from({ length: 60 }, (_, index) => {
    const collateral = random.magnitude(1n, MAX_128)
    const totalShares = random.magnitude(1n, MAX_128)
    return of(`anything ${index}`, {
      collateral,
      price: random.magnitude(1n, MAX_256 / collateral),
      lltv: random.magnitude(1n, WAD - 1n),
      totalAssets: random.magnitude(1n, MAX_128),
      totalShares,
      shares: random.magnitude(1n, totalShares),
    })
  })
  const boundary = Array.from({ length: 90 }, (_, index) => {
    const price = random.magnitude(10n ** 20n, 10n ** 40n)
    const lltv = random.magnitude(10n ** 17n, WAD - 1n)
    const collateral = random.magnitude(10n ** 15n, 10n ** 24n)
    const most = (((collateral * price) / 10n ** 36n) * lltv) / WAD
    const target = most + BigInt((index % 3) - 1)
    const totalAssets = target * 3n + random.magnitude(1n, 10n ** 12n)
    const totalShares = totalAssets * 10n ** 6n - random.magnitude(1n, 10n ** 3n)
    const shares = toSharesUp(target > 0n ? target : 1n, { assets: totalAssets, shares: totalShares })
    return of(`at the boundary ${index}`, { collateral, price, lltv, totalAssets, totalShares, shares })
  })
  return [...edges, ...anything, ...boundary]
}

type Field = 'collateral' | 'price' | 'lltv' | 'shares' | 'totalAssets' | 'totalShares'

export const morphoBlue: Family<MorphoVector> = {
  name: 'MORPHO_BLUE',
  layout: ['seven words: collateral, price, lltv, shares, total assets, total shares, factor'],
  vectors,
  encode: ({ collateral, price, lltv, shares, totalAssets, totalShares, factor }) =>
    [collateral, price, lltv, shares, totalAssets, totalShares].map((value) => word(value, 32)).join('') +
    factorWord(factor),
}
