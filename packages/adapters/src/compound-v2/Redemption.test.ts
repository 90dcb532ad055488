import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Flavour from './Flavour.ts'
import * as Redemption from './Redemption.ts'

const venus = Flavour.of('venus-isolated')
const moonwell = Flavour.of('moonwell')
const rates = fc.bigInt({ min: 10n ** 14n, max: 10n ** 30n })

describe('sharesFor', () => {
  test('default: Venus rounds up, the others down', () => {
    expect(Redemption.sharesFor(10n, 3n * 10n ** 18n, venus)).toBe(4n)
    expect(Redemption.sharesFor(10n, 3n * 10n ** 18n, moonwell)).toBe(3n)
  })

  test('behavior: what comes to nothing burns nothing, and is not possible', () => {
    expect(Redemption.sharesFor(2n, 3n * 10n ** 18n, venus)).toBe(0n)
    expect(Redemption.isPossible(2n, 3n * 10n ** 18n, venus)).toBe(false)
  })
})

describe('paidFor', () => {
  test('default: Venus pays what the shares are worth', () => {
    expect(Redemption.paidFor(10n, 3n * 10n ** 18n, venus)).toBe(12n)
    expect(Redemption.paidFor(10n, 3n * 10n ** 18n, moonwell)).toBe(10n)
  })
})

describe('mostFor', () => {
  test('behavior: one unit more burns more shares', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 10n ** 20n }),
        rates,
        fc.constantFrom(venus, moonwell),
        (shares, rate, of) => {
          const most = Redemption.mostFor(shares, rate, of)
          expect(Redemption.sharesFor(most, rate, of) <= shares).toBe(true)
          const next = Redemption.sharesFor(most + 1n, rate, of)
          // A single unit that comes to nothing is refused for that.
          expect(next > shares || !Redemption.isPossible(most + 1n, rate, of)).toBe(true)
        },
      ),
    )
  })
})
