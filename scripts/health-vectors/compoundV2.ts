import { compoundRule, venusRule } from '../../packages/adapters/src/compound-v2/rule.ts'
import { type CollateralLeg, type DebtLeg, Wad } from '../../packages/sdk/src/index.ts'
import * as Random from '../../test/differential/Random.ts'
import { type Family, factorWord, type Vector, word } from './Vector.ts'

/** A market that an account has entered. */
export type Entered = {
  readonly shares: string
  /** Base units per share, WAD. */
  readonly rate: string
  /** Dollars per base unit, 36 decimals. */
  readonly price: string
  /** By which a supply weighs, WAD. */
  readonly factor: string
  readonly debt: string
}

/** An account at a Comptroller. */
export type CompoundV2Vector = Vector & {
  /** Whether products are truncated as Venus's isolated pools do it. */
  readonly isVenus: boolean
  readonly entered: readonly Entered[]
}

const WAD = 10n ** 18n
/** Of as many decimals that the oracle's price is a WAD. */
const asset = { chainId: 8453, address: '0x01', symbol: 'A', decimals: 18 } as const

/** What the SDK's rule says of a vector. */
export function judge({ isVenus, entered }: Omit<CompoundV2Vector, 'factor'>): string {
  const collateral = entered.map(({ shares, rate, price, factor }): CollateralLeg<bigint> => {
    const held = { balance: BigInt(shares), rate: BigInt(rate) }
    return {
      asset,
      amount: Wad.mulDown(held.balance, held.rate),
      shares: held,
      price: BigInt(price),
      value: 0n,
      isCollateral: true,
      liquidationThreshold: BigInt(factor),
      loanToValue: BigInt(factor),
    }
  })
  const debt = entered.map(
    (leg): DebtLeg<bigint> => ({
      asset,
      amount: BigInt(leg.debt),
      price: BigInt(leg.price),
      value: 0n,
      liabilityWeight: WAD,
    }),
  )
  const { health } = (isVenus ? venusRule : compoundRule).assess({ collateral, debt })
  return health.status === 'known' ? `${health.factor}` : 'no-debt'
}

function vectors(): readonly CompoundV2Vector[] {
  const random = Random.create('health of compound-v2')
  const of = (about: string, isVenus: boolean, legs: readonly Leg[]): CompoundV2Vector => {
    const entered = legs.map(
      (leg) => Object.fromEntries(Object.entries(leg).map(([name, value]) => [name, `${value}`])) as Entered,
    )
    const input = { about: `${isVenus ? 'Venus' : 'Compound'}: ${about}`, isVenus, entered }
    return { ...input, factor: judge(input) }
  }
  const weth: Leg = {
    shares: 10n ** 10n,
    rate: 2n * 10n ** 26n,
    price: 3_000n * WAD,
    factor: (8n * WAD) / 10n,
    debt: 0n,
  }
  const usdc: Leg = { shares: 0n, rate: 2n * 10n ** 14n, price: 10n ** 30n, factor: (8n * WAD) / 10n, debt: 10n ** 9n }
  const edges: readonly (readonly [string, readonly Leg[]])[] = [
    ['nothing entered', []],
    ['nothing owed', [weth]],
    ['no collateral', [usdc]],
    ['collateral and a debt', [weth, usdc]],
    ['both of one asset', [{ ...weth, debt: 10n ** 17n }]],
    ['a factor of zero', [{ ...weth, factor: 0n }, usdc]],
    ['a factor of one', [{ ...weth, factor: WAD }, usdc]],
    ['a debt worth nothing', [weth, { ...usdc, price: 1n, debt: 5n }]],
    ['a debt of one unit', [weth, { ...usdc, price: WAD, debt: 1n }]],
    ['a share worth nothing', [{ ...weth, rate: 1n, price: 1n }, usdc]],
    // ⌊0.7 · ⌊15 · 0.1⌋⌋ and ⌊⌊0.7 · 15⌋ · 0.1⌋
    [
      'the order of products',
      [
        { shares: WAD, rate: 15n, price: WAD / 10n, factor: (7n * WAD) / 10n, debt: 0n },
        { ...usdc, price: WAD, debt: 1n },
      ],
    ],
  ]
  const anyLeg = (owes: boolean): Leg => ({
    shares: random.magnitude(1n, 10n ** 16n),
    rate: random.magnitude(10n ** 14n, 10n ** 30n),
    price: random.magnitude(10n ** 12n, 10n ** 33n),
    factor: random.magnitude(WAD / 100n, WAD),
    debt: owes ? random.magnitude(1n, 10n ** 24n) : 0n,
  })
  /** Owed so that the collateral just covers it, or just not. */
  const nearOne = (isVenus: boolean, index: number): CompoundV2Vector => {
    const held = { ...anyLeg(false), shares: random.magnitude(10n ** 9n, 10n ** 14n) }
    const weighted = isVenus
      ? (((held.factor * ((held.rate * held.price) / WAD)) / WAD) * held.shares) / WAD
      : (((((held.factor * held.rate) / WAD) * held.price) / WAD) * held.shares) / WAD
    const debt = weighted + BigInt((index % 3) - 1)
    const owed: Leg = { ...usdc, price: WAD, debt: debt > 0n && debt < 2n ** 128n ? debt : 1n }
    return of(`near one ${index}`, isVenus, [held, owed])
  }
  return [true, false].flatMap((isVenus) => [
    ...edges.map(([about, legs]) => of(about, isVenus, legs)),
    ...Array.from({ length: 36 }, (_, index) =>
      of(
        `anything ${index}`,
        isVenus,
        Array.from({ length: 1 + random.below(4) }, () => anyLeg(random.chance(60))),
      ),
    ),
    ...Array.from({ length: 60 }, (_, index) => nearOne(isVenus, index)),
  ])
}

type Leg = Readonly<Record<keyof Entered, bigint>>

export const compoundV2: Family<CompoundV2Vector> = {
  name: 'COMPOUND_V2',
  layout: [
    'one byte: whether products are truncated as Venus does it; one byte: how many markets were entered; factor: 32 bytes',
    'each market: shares, rate, price, weight, debt: 16 bytes each',
  ],
  vectors,
  encode: ({ isVenus, entered, factor }) =>
    [
      word(isVenus ? 1n : 0n, 1),
      word(BigInt(entered.length), 1),
      factorWord(factor),
      ...entered.flatMap(({ shares, rate, price, factor, debt }) =>
        [shares, rate, price, factor, debt].map((value) => word(value, 16)),
      ),
    ].join(''),
}
