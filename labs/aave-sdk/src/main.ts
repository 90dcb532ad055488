// Compares Aave's own library with our adapter on random states of real pools, with the chain as judge:
// `RUNS=1000 SEED=1 pnpm --dir labs/aave-sdk --ignore-workspace compare`. Prints a table in Markdown.
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { createDevnet } from '@unimargin/devnet'
import { type MarketState, type PositionFacts, PositionHealth, Ray } from '@unimargin/sdk'
import BigNumber from 'bignumber.js'
import { createClient, http } from 'viem'
import { getBlock } from 'viem/actions'
import { differLimits } from '../../../test/differential/aave-v3/differLimits.ts'
import { labTarget } from '../../../test/differential/aave-v3/labTarget.ts'
import { readMathUtils } from './mathUtils.ts'

const { RUNS = '300', SEED = '1' } = process.env

/**
 * How far off somebody is: relative to the health factor, above it where positive; and in parts of the collateral's value.
 */
type Deviations = { readonly health: number[]; readonly borrows: number[] }

/**
 * What is compared: positions with a dollar to ten billion of both collateral and debt. Of smaller ones the pool itself counts
 * a few units only, and a unit more or less would be the largest difference in the table.
 */
const LEAST = 10n ** 8n
const MOST = 10n ** 18n

console.log(
  "| Aave | by | positions | health factor differs | is above the pool's | by at most | median | available borrows: by at most | median | largest loan refused | 99 % of it refused |",
)
console.log(`|${' --- |'.repeat(11)}`)
for (const version of ['3.0', '3.6'] as const) {
  const devnet = await createDevnet({ chains: ['base'], aave: version, keepAlive: false })
  try {
    const target = labTarget(devnet, 'base')
    const adapter = aaveV3({ chainId: target.chainId, pool: target.pool, lending: aaveV3Lending })
    const client = createClient({ transport: http(target.rpcUrl) })
    const theirs: Deviations = { health: [], borrows: [] }
    const ours: Deviations = { health: [], borrows: [] }
    const loans = { tried: 0, theirs: 0, ours: 0, theirs99: 0, ours99: 0 }
    let positions = 0
    await differLimits({
      target,
      runs: Number(RUNS),
      seed: SEED,
      visit: async ({ reading, accounts, random, attempt }) => {
        const { number, timestamp } = await getBlock(client)
        const block = { blockNumber: number, timestamp: Number(timestamp) }
        const summaryOf = await readMathUtils(client, { pool: target.pool, version, reading, ...block })
        for (const [index, account] of accounts.entries()) {
          const result = reading.positions[index]
          if (account.status !== 'ok' || result?.status !== 'ok') continue
          const [collateral, debt, available, , , factor] = account.value
          const position = result.value
          if (
            factor === 0n ||
            debt < LEAST ||
            debt > MOST ||
            collateral < LEAST ||
            collateral > MOST ||
            !isKnownToBoth(version, position, reading.state)
          )
            continue
          positions += 1
          const judged = PositionHealth.assess(position, adapter.rules[position.rule] ?? fail(position.rule))
          const summary = summaryOf(position)
          const health = judged.health.status === 'known' ? judged.health.factor : fail('our health is unknown')
          theirs.health.push(deviationOf(new BigNumber(summary.healthFactor).shiftedBy(18), factor, 1))
          ours.health.push(deviationOf(new BigNumber(String(health)), factor, 0))
          // Where there is a debt ceiling the library counts it, which the pool's figure leaves out.
          if (!hasCeiling(position, reading.state)) {
            theirs.borrows.push((Number(summary.availableBorrows) * 1e8 - Number(available)) / Number(collateral))
          }

          // A loan of all that is available, in some asset of which nothing else limits it.
          const reserve = random.pick([
            reading.state.reserves[0] ?? fail('no reserve'),
            ...reading.state.reserves.slice(1),
          ])
          const where = { state: reading.state, position, asset: reserve.asset.address }
          const { amount, by } = adapter.lending.limits.borrow(where)
          if (typeof amount !== 'bigint' || amount === 0n || by.join() !== 'loan-to-value') continue
          if (typeof reserve.price !== 'bigint') continue
          const base = BigInt(Math.floor(Number(summary.availableBorrows) * 1e8))
          const wanted = (base * 10n ** BigInt(reserve.asset.decimals)) / (reserve.price / 10n ** 10n)
          const call = (amount: bigint) =>
            adapter.lending.calls.borrow({ ...where, owner: position.owner, amount }).call
          const isRefused = async (amount: bigint) => amount > 0n && !(await attempt(position.owner, call(amount)))
          loans.tried += 1
          if (await isRefused(wanted)) loans.theirs += 1
          if (await isRefused((wanted * 99n) / 100n)) loans.theirs99 += 1
          if (await isRefused(amount)) loans.ours += 1
          if (await isRefused((amount * 99n) / 100n)) loans.ours99 += 1
        }
      },
    })
    const ofTried = (...refused: readonly number[]) => refused.map((count) => `${count} of ${loans.tried}`)
    console.log(row(version, 'Unimargin', positions, ours, ofTried(loans.ours, loans.ours99)))
    console.log(row(version, '`@aave/math-utils` 1.38.0', positions, theirs, ofTried(loans.theirs, loans.theirs99)))
  } finally {
    await devnet.close()
  }
}

/** In parts of the pool's own. What is within so many wei is no difference: the library does not round its last digits. */
function deviationOf(health: BigNumber, factor: bigint, within: number): number {
  const difference = health.minus(String(factor))
  return difference.abs().lte(within) ? 0 : difference.toNumber() / Number(factor)
}

function hasCeiling({ collateral }: PositionFacts, { reserves }: MarketState): boolean {
  const ceilings = new Map(reserves.map(({ asset, details }) => [asset.address, details?.debtCeiling]))
  return collateral.some(({ asset, isCollateral }) => isCollateral && ceilings.get(asset.address) !== 0n)
}

/** The library knows neither stable debts nor the prices that e-modes of 3.0 may bring. */
function isKnownToBoth(
  version: '3.0' | '3.6',
  { collateral, debt, details }: PositionFacts,
  { reserves }: MarketState,
) {
  if (version === '3.6') return true
  const prices = new Map(reserves.map(({ asset, price }) => [asset.address, price]))
  const isStable = debt.some(
    ({ amount, shares }) => shares === undefined || Ray.mulHalfUp(shares.balance, shares.rate) !== amount,
  )
  return (
    !isStable &&
    (details.eMode === 'none' || [...collateral, ...debt].every((leg) => leg.price === prices.get(leg.asset.address)))
  )
}

function row(
  version: string,
  who: string,
  positions: number,
  { health, borrows }: Deviations,
  loans: readonly string[],
): string {
  const above = health.filter((deviation) => deviation > 0).length
  const differing = health.filter((deviation) => deviation !== 0).length
  const cells = [differing, above, ...extentOf(health), ...extentOf(borrows), ...loans]
  return `| ${[version, who, positions, ...cells].join(' | ')} |`
}

/** The largest and the median of some deviations, either way; nothing where there is none. */
function extentOf(deviations: readonly number[]): readonly string[] {
  const sorted = deviations.map(Math.abs).sort((a, b) => a - b)
  const figure = (value: number | undefined) => (value === undefined ? '' : value === 0 ? '0' : value.toExponential(1))
  return [figure(sorted.at(-1)), figure(sorted[sorted.length >> 1])]
}

function fail(reason: string): never {
  throw new TypeError(reason)
}
