// Compares Aave's own library with our adapter on random states of real pools, with the chain as judge:
// `RUNS=1000 SEED=1 pnpm --dir labs/aave-sdk --ignore-workspace compare`. Prints a table in Markdown.
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { createDevnet } from '@unimargin/devnet'
import { type MarketState, type PositionFacts, PositionHealth, Ray } from '@unimargin/sdk'
import { createClient, http } from 'viem'
import { getBlock } from 'viem/actions'
import { differLimits } from '../../../test/differential/aave-v3/differLimits.ts'
import { labTarget } from '../../../test/differential/aave-v3/labTarget.ts'
import { readMathUtils } from './mathUtils.ts'

const { RUNS = '300', SEED = '1' } = process.env

/** How far off somebody is: of the health factor, and of the value of the collateral. */
type Deviations = { readonly health: number[]; readonly borrows: number[] }

/** Both of these are compared where the pool gives a figure of usual size: positions of a cent to ten billion dollars. */
const LEAST = 10n ** 6n
const MOST = 10n ** 18n

console.log(
  '| Aave | by | positions | health factor: differs | max | median | available borrows: differs | max | median | largest loan refused by the pool |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (const version of ['3.0', '3.6'] as const) {
  const devnet = await createDevnet({ chains: ['base'], aave: version })
  try {
    const target = labTarget(devnet, 'base')
    const adapter = aaveV3({ chainId: target.chainId, pool: target.pool, lending: aaveV3Lending })
    const client = createClient({ transport: http(target.rpcUrl) })
    const theirs: Deviations = { health: [], borrows: [] }
    const ours: Deviations = { health: [], borrows: [] }
    const loans = { tried: 0, theirs: 0, ours: 0 }
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
            collateral > MOST ||
            !isKnownToBoth(version, position, reading.state)
          )
            continue
          positions += 1
          const judged = PositionHealth.assess(position, adapter.rules[position.rule] ?? fail(position.rule))
          const summary = summaryOf(position)
          const health = judged.health.status === 'known' ? judged.health.factor : fail('our health is unknown')
          theirs.health.push(Math.abs(Number(summary.healthFactor) / (Number(factor) / 1e18) - 1))
          ours.health.push(health === factor ? 0 : Math.abs(Number(health) / Number(factor) - 1))
          theirs.borrows.push(Math.abs(Number(summary.availableBorrows) * 1e8 - Number(available)) / Number(collateral))

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
          loans.tried += 1
          if (wanted > 0n && !(await attempt(position.owner, call(wanted)))) loans.theirs += 1
          if (!(await attempt(position.owner, call(amount)))) loans.ours += 1
        }
      },
    })
    console.log(row(version, 'Unimargin', positions, ours, `${loans.ours} of ${loans.tried}`))
    console.log(row(version, '`@aave/math-utils` 1.38.0', positions, theirs, `${loans.theirs} of ${loans.tried}`))
  } finally {
    await devnet.close()
  }
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

function row(version: string, who: string, positions: number, { health, borrows }: Deviations, loans: string): string {
  const cells = [health, borrows].flatMap((deviations) => {
    const sorted = [...deviations].sort((a, b) => a - b)
    const differing = sorted.filter((deviation) => deviation > 0).length
    const figure = (value: number | undefined) =>
      value === undefined ? '' : value === 0 ? '0' : value.toExponential(1)
    return sorted.length === 0
      ? ['', '', '']
      : [`${differing}`, figure(sorted.at(-1)), figure(sorted[sorted.length >> 1])]
  })
  return `| ${[version, who, positions, ...cells, loans].join(' | ')} |`
}

function fail(reason: string): never {
  throw new Error(reason)
}
