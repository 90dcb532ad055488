import {
  type CollateralLeg,
  type DebtLeg,
  liquidationLadder,
  liquidationPrices,
  PositionHealth,
  type ReadPosition,
  Wad,
} from '@unimargin/sdk'
import { bench, describe } from 'vitest'
import { ruleSince35, ruleUpTo34 } from './rule.ts'

const market = { key: 'lab:1:0x01', protocol: 'lab', chainId: 1, id: '0x01', name: 'Lab' } as const
const block = { chainId: 1, number: 1n, timestamp: 1n }
const assets = [
  ['WETH', 18, '2412.53', '0.825'],
  ['WBTC', 8, '64321.12', '0.75'],
  ['wstETH', 18, '2881.77', '0.79'],
  ['USDC', 6, '0.99987', '0.78'],
].map(([symbol, decimals, price, threshold], index) => ({
  asset: { chainId: 1, address: `0x0${index}`, symbol: `${symbol}`, decimals: Number(decimals) } as const,
  price: Wad.fromDecimal(`${price}`),
  liquidationThreshold: Wad.fromDecimal(`${threshold}`),
}))

/** Three collaterals against a debt in dollars, and every third one owes ether as well. */
function position(index: number, rule: typeof ruleUpTo34): ReadPosition {
  const size = BigInt(1 + ((index * 7_919) % 1_000))
  const amount = (decimals: number, part: bigint) => (size * part * 10n ** BigInt(decimals)) / 1_000n
  const collateral = assets.flatMap(({ asset, price, liquidationThreshold }, at): readonly CollateralLeg[] => {
    if (asset.symbol === 'USDC') return []
    const loanToValue = liquidationThreshold
    const held = amount(asset.decimals, [1_000n, 20n, 500n][at] ?? 0n)
    return [{ asset, amount: held, price, value: 0n, isCollateral: true, liquidationThreshold, loanToValue }]
  })
  const debt = assets.flatMap(({ asset, price }): readonly DebtLeg[] => {
    const part =
      { USDC: 1_500_000n + BigInt(index % 700) * 1_000n, WETH: index % 3 === 0 ? 200n : 0n }[asset.symbol] ?? 0n
    const owed = amount(asset.decimals, part)
    return owed === 0n ? [] : [{ asset, amount: owed, price, value: 0n, liabilityWeight: Wad.WAD }]
  })
  const facts = { owner: '0x0a', rule: rule.key, details: {}, collateral, debt } as const
  const id = `position ${index}`
  return { ...facts, ...PositionHealth.assess(facts, rule), status: 'read', id, market, block }
}

describe.each([ruleUpTo34, ruleSince35])('$key', (rule) => {
  const context = { adapters: [{ market, rules: { [rule.key]: rule } }] }
  const positions = Array.from({ length: 1_000 }, (_, index) => position(index, rule))
  const view = { positions }
  const ether = { name: 'ETH', slopes: [{ assets: assets.slice(0, 3).map(({ asset }) => asset), slope: -Wad.WAD }] }
  let turn = 0

  bench('liquidationPrices of one position, four assets', () => {
    turn = (turn + 1) % positions.length
    liquidationPrices(context, { view, position: `position ${turn}` })
  })

  bench('liquidationLadder of 1,000 positions', () => {
    liquidationLadder(context, { views: [view] })
  })

  bench('liquidationLadder of 1,000 positions along a direction', () => {
    liquidationLadder(context, { views: [view], direction: ether })
  })
})
