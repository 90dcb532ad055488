import { type LiquidationRule, type PositionFacts, PositionHealth } from '@unimargin/sdk'
import { maxUint256 } from 'viem'

/** What `getUserAccountData` answers. Values in the base currency, 8 decimals; ratios in basis points. */
export type AccountData = readonly [
  totalCollateralBase: bigint,
  totalDebtBase: bigint,
  availableBorrowsBase: bigint,
  currentLiquidationThreshold: bigint,
  loanToValue: bigint,
  healthFactor: bigint,
]

const WAD_PER_BASE = 10n ** 10n
const WAD_PER_BPS = 10n ** 14n

/** Every number in which our judgement differs from the pool's own, as `name: ours ≠ theirs`. */
export function compareAccount(facts: PositionFacts, rule: LiquidationRule, theirs: AccountData): readonly string[] {
  const judged = PositionHealth.assess(facts, rule)
  let collateralBase = 0n
  let weightedByThreshold = 0n
  let weightedByLoan = 0n
  for (const leg of judged.collateral) {
    if (!leg.isCollateral || typeof leg.value !== 'bigint') continue
    const base = leg.value / WAD_PER_BASE
    collateralBase += base
    weightedByThreshold += base * (leg.liquidationThreshold / WAD_PER_BPS)
    weightedByLoan += base * (leg.loanToValue / WAD_PER_BPS)
  }
  const average = (sum: bigint) => (collateralBase === 0n ? 0n : sum / collateralBase)
  const { health, debtValue } = judged
  const ours: Readonly<Record<string, bigint | string>> = {
    totalCollateralBase: collateralBase,
    totalDebtBase: typeof debtValue === 'bigint' ? debtValue / WAD_PER_BASE : 'unknown',
    currentLiquidationThreshold: average(weightedByThreshold),
    loanToValue: average(weightedByLoan),
    healthFactor: health.status === 'known' ? health.factor : health.status === 'no-debt' ? maxUint256 : 'unknown',
  }
  const expected: Readonly<Record<string, bigint>> = {
    totalCollateralBase: theirs[0],
    totalDebtBase: theirs[1],
    currentLiquidationThreshold: theirs[3],
    loanToValue: theirs[4],
    healthFactor: theirs[5],
  }
  return Object.entries(expected).flatMap(([name, value]) =>
    ours[name] === value ? [] : [`${name}: ${ours[name]} ≠ ${value}`],
  )
}
