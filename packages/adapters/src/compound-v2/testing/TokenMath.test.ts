import { MockRevert } from '@unimargin/sdk/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Flavour from '../Flavour.ts'
import * as RateModel from '../RateModel.ts'
import * as Redemption from '../Redemption.ts'
import { ruleOf } from '../rule.ts'
import * as Totals from '../Totals.ts'
import * as TokenMath from './TokenMath.ts'

const WAD = 10n ** 18n
const books: TokenMath.Books = { cash: 1_000n, borrows: 500n, reserves: 30n, badDebt: 7n, supply: 3n }

// Worked out by hand from the contracts' published formulas.
describe('TokenMath', () => {
  test('default: what a share is worth is all that is there and lent and lost, less what is reserved', () => {
    // 1,477 / 3
    expect(TokenMath.exchangeRate(books, 7n)).toBe(492_333_333_333_333_333_333n)
    expect(TokenMath.exchangeRate({ ...books, supply: 0n }, 7n)).toBe(7n)
  })

  test('behavior: Venus counts what was lost as lent, and never more than all', () => {
    const broken = { cash: 0n, borrows: 50n, reserves: 10n, badDebt: 50n, supply: 1n }
    expect(TokenMath.utilization(broken, 'venus')).toBe(WAD)
    expect(TokenMath.utilization({ ...broken, badDebt: 0n }, 'compound')).toBe((5n * WAD) / 4n)
    expect(TokenMath.utilization({ ...books, borrows: 0n, badDebt: 0n }, 'venus')).toBe(0n)
  })

  test('behavior: a rate is the line at the utilisation, which is truncated first', () => {
    // A third is lent: 0.333… of 10^9, and 7 on top.
    const third = { cash: 2n, borrows: 1n, reserves: 0n, badDebt: 0n, supply: 1n }
    expect(TokenMath.borrowRate({ base: 7n, slope: 10n ** 9n }, third, 'compound')).toBe(333_333_340n)
  })

  test('behavior: suppliers get what is not reserved: Venus divides once, Compound by the utilisation', () => {
    // 750 of 1,000 are theirs, on two thirds of what there is.
    const two = { cash: 1n, borrows: 2n, reserves: 0n, badDebt: 0n, supply: 1n }
    const line = { base: 1_000n, slope: 0n }
    expect(TokenMath.supplyRate(line, two, WAD / 4n, 'venus')).toBe(500n)
    expect(TokenMath.supplyRate(line, two, WAD / 4n, 'compound')).toBe(499n)
  })

  test('behavior: interest is simple from one accrual to the next, and truncated once', () => {
    // 0.3 % a slot, five slots: 1.5 % of 1,100 are 16.5; of those 16 a tenth is reserved.
    const before = { books: { ...books, borrows: 1_100n }, borrowIndex: 1_100_000_000_000_000_001n }
    const terms = { rate: 3n * 10n ** 15n, slots: 5n, reserveFactor: WAD / 10n }
    expect(TokenMath.accrued(before, terms)).toEqual({
      books: { cash: 1_000n, borrows: 1_116n, reserves: 31n, badDebt: 7n, supply: 3n },
      borrowIndex: 1_116_500_000_000_000_001n,
    })
  })

  test('behavior: a debt grows with the index', () => {
    expect(TokenMath.borrowBalance(100n, WAD, 1_119_000_000_000_000_000n)).toBe(111n)
    expect(TokenMath.borrowBalance(0n, 0n, WAD)).toBe(0n)
  })

  test('behavior: what is taken out burns whole shares: Venus rounds up, and pays what they are worth', () => {
    expect(TokenMath.redeemed(10n, 3n * WAD, 'venus')).toEqual({ shares: 4n, paid: 12n })
    expect(TokenMath.redeemed(9n, 3n * WAD, 'venus')).toEqual({ shares: 3n, paid: 9n })
    expect(TokenMath.redeemed(2n, 3n * WAD, 'venus')).toEqual({ shares: 0n, paid: 0n })
    expect(TokenMath.redeemed(10n, 3n * WAD, 'compound')).toEqual({ shares: 3n, paid: 10n })
    expect(TokenMath.sharesMinted(10n, 3n * WAD)).toBe(3n)
  })

  test('behavior: a share weighs factor · (rate · price) with Venus, and (factor · rate) · price with Compound', () => {
    const share = { factor: WAD / 2n, rate: 3n, price: 2n * WAD }
    expect(TokenMath.weightOfShare(share, 'venus')).toBe(3n)
    expect(TokenMath.weightOfShare(share, 'compound')).toBe(2n)
  })

  test('error: MockRevert where the contracts divide by nothing, or subtract more than there is', () => {
    const empty = { cash: 0n, borrows: 10n, reserves: 10n, badDebt: 0n, supply: 1n }
    expect(() => TokenMath.utilization(empty, 'compound')).toThrow(MockRevert)
    expect(() => TokenMath.exchangeRate({ ...empty, reserves: 11n }, 1n)).toThrow(MockRevert)
    expect(() => TokenMath.sharesMinted(1n, 0n)).toThrow(MockRevert)
  })
})

describe('the adapter', () => {
  const units = fc.bigInt({ min: 0n, max: 10n ** 30n })
  const ratio = fc.bigInt({ min: 0n, max: WAD })
  const perSlot = fc.bigInt({ min: 0n, max: 10n ** 12n })
  const states = fc
    .record({
      family: fc.constantFrom('venus' as const, 'compound' as const),
      cash: units.map((one) => one + 1n),
      borrows: units,
      reserved: ratio,
      lost: units,
      supply: units.map((one) => one + 1n),
      base: perSlot,
      slope: perSlot,
      reserveFactor: ratio,
      slots: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    })
    .map(({ family, cash, borrows, reserved, lost, supply, base, slope, ...terms }) => {
      const badDebt = family === 'venus' ? lost : 0n
      const found: TokenMath.Books = { cash, borrows, reserves: (cash * reserved) / (2n * WAD), badDebt, supply }
      return { ...terms, family, isVenus: family === 'venus', books: found, line: { base, slope } }
    })
  /** As the adapter keeps a line: without a kink that any utilisation could pass. */
  const modelOf = ({ base, slope }: TokenMath.Line) => [base, slope, 0n, 2n ** 128n].join(' ')

  test('behavior: counts interest, rates and shares as the protocol’s own formulas do', () => {
    fc.assert(
      fc.property(states, units, ({ family, isVenus, books: found, line, reserveFactor, slots }, amount) => {
        const rate = TokenMath.borrowRate(line, found, family)
        expect(RateModel.rateAt(modelOf(line), found, isVenus)).toBe(rate)
        const { books: later } = TokenMath.accrued({ books: found, borrowIndex: WAD }, { rate, slots, reserveFactor })
        expect(Totals.accrue(found, rate, slots, reserveFactor)).toEqual(later)
        const perShare = TokenMath.exchangeRate(later, 0n)
        expect(Totals.exchangeRate(later)).toBe(perShare)
        expect(Totals.utilisation(later, isVenus)).toBe(TokenMath.utilization(later, family))
        const theirs = TokenMath.supplyRate(line, later, reserveFactor, family)
        const now = TokenMath.borrowRate(line, later, family)
        expect(Totals.supplyRate(later, now, reserveFactor, isVenus)).toBe(theirs)
        if (perShare === 0n) return
        const flavour = Flavour.of(isVenus ? 'venus-isolated' : 'moonwell')
        expect({
          shares: Redemption.sharesFor(amount, perShare, flavour),
          paid: Redemption.paidFor(amount, perShare, flavour),
        }).toEqual(TokenMath.redeemed(amount, perShare, family))
      }),
      { numRuns: 500 },
    )
  })

  test('behavior: weighs shares as the protocol’s own formulas do', () => {
    const flavours = fc.constantFrom('venus-isolated' as const, 'moonwell' as const, 'compound' as const)
    fc.assert(
      fc.property(flavours, units, units, units, ratio, (flavour, balance, rate, price, factor) => {
        const perShare = TokenMath.weightOfShare(
          { factor, rate, price },
          flavour === 'venus-isolated' ? 'venus' : 'compound',
        )
        const weight = ruleOf(flavour).weigh({ balance, rate }, price, factor)
        expect(weight).toBe(TokenMath.timesScalar(perShare, balance))
      }),
      { numRuns: 500 },
    )
  })
})
