import { Wad } from '@unimargin/sdk'
import { bench, describe } from 'vitest'
import { ruleUpTo34 } from './rule.ts'

const asset = { chainId: 1, address: '0x01', symbol: 'T', decimals: 18 } as const
const price = Wad.fromDecimal('2412.5')
const collateral = Array.from({ length: 10 }, (_, index) => ({
  asset,
  amount: BigInt(index + 1) * 1_234_567_890_123_456_789n,
  price,
  value: 0n,
  isCollateral: true,
  liquidationThreshold: Wad.fromDecimal('0.825'),
  loanToValue: Wad.fromDecimal('0.8'),
}))
const debt = collateral.map(({ amount }) => ({
  asset,
  amount: amount / 2n,
  price,
  value: 0n,
  liabilityWeight: Wad.WAD,
}))

describe('assess', () => {
  bench('10 collateral legs and 10 debt legs', () => {
    ruleUpTo34.assess({ collateral, debt })
  })
})
