import { Exact, type LiquidationRule, Wad } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { knownPositions } from '../judge.ts'

const TURNS = 40

/**
 * Rounding is against the user: what one has is never worth more than it is, a debt never less than the same as collateral, and
 * two parts never more than the whole. A leg's `value` is what the rule says of it, and its `price` what its exact price is,
 * rounded down.
 */
export const rounding: Check = {
  name: 'rounding',
  says: 'rounding is against the user',
  needs: 'positions with legs whose numbers are known',
  run: (observed, { tried, finding }, random) => {
    for (const { facts, legs, rule } of knownPositions(observed)) {
      for (const side of ['collateral', 'debt'] as const) {
        for (const leg of legs[side]) {
          const { amount, price, exactPrice, shares, asset, value } = leg
          tried()
          const due = rule.valueOf({ amount, price, decimals: asset.decimals, exactPrice, shares, side })
          const name = `${asset.symbol} of ${facts.owner} (${side})`
          if (value !== due) finding(`${name} has the value ${value}, which the rule says is ${due}`)
          if (exactPrice !== undefined && Exact.toWad(exactPrice) !== price) {
            finding(`${name} has the price ${price}, which is not its exact price rounded down`)
          }
        }
      }
    }
    for (const rule of Object.values(observed.adapter.rules)) {
      for (let turn = 0; turn < TURNS; turn++) {
        tried()
        const decimals = random.integer(0, 36)
        const price = random.bigint(1n, 10n ** 24n)
        const [a, b] = [random.bigint(0n, 10n ** 30n), random.bigint(0n, 10n ** 30n)]
        for (const text of unfair(rule, { decimals, price, a, b })) {
          finding(`by ${rule.key}, at ${price} with ${decimals} decimals, ${text}`)
        }
      }
    }
  },
}

function unfair(
  rule: LiquidationRule,
  {
    decimals,
    price,
    a,
    b,
  }: { readonly decimals: number; readonly price: bigint; readonly a: bigint; readonly b: bigint },
): readonly string[] {
  const worth = (amount: bigint, side: 'collateral' | 'debt') => rule.valueOf({ amount, price, decimals, side })
  const has = worth(a, 'collateral')
  const exactly = a * price
  return [
    ...(has * 10n ** BigInt(decimals) > exactly ? [`${a} are worth ${has}, which is more than they are`] : []),
    ...(worth(a, 'debt') < has ? [`owing ${a} weighs less than having it`] : []),
    ...(has + worth(b, 'collateral') > worth(a + b, 'collateral')
      ? [`${a} and ${b} apart are worth more than together`]
      : []),
    ...(worth(0n, 'collateral') !== 0n || worth(0n, 'debt') !== 0n ? ['nothing is worth something'] : []),
    ...(has < 0n || has > exactly + Wad.WAD * Wad.WAD ? [`${a} are worth ${has}`] : []),
  ]
}
