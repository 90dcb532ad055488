import {
  type ChainCosts,
  type Factors,
  type MarginClient,
  type MarginView,
  type PendingMove,
  type PlanMovesParameters,
  type RouteTerms,
  type RouteWay,
  routeOffers,
  type Scenario,
  selectAssets,
  Wad,
} from '@unimargin/sdk'
import type { Random } from '../../differential/Random.ts'

const { WAD } = Wad
const CENT = WAD / 100n
const BPS = WAD / 10_000n

/** What the owner of an account may want, over the devnet's own routes on terms that chance chose. */
export function wishesFor(client: MarginClient, view: MarginView, random: Random): PlanMovesParameters {
  const factor = (least: number, spread: number) => BigInt(least + random.below(spread)) * BPS
  const factors = (least: number, spread: number): Factors => {
    if (random.chance(65)) return factor(least, spread)
    const named = view.positions.filter(() => random.chance(85)).map(({ id }) => [id, factor(least, spread)] as const)
    return Object.fromEntries(named)
  }
  const spread = random.pick([2_500, 5_000, 9_000])
  const donors = view.positions.filter(() => random.chance(75)).map(({ id }) => id)
  const pending = random.chance(15) ? pendingOf(view, random) : []
  return {
    view,
    targets: factors(10_500, spread),
    ...(random.chance(50) && { floors: factors(10_100, 5_000) }),
    ...(random.chance(55) && {
      scenarios: Array.from({ length: 1 + random.below(2) }, (_, index) => scenarioOf(view, random, index)),
    }),
    routes: routeOffers(client, { view, terms: (way) => termsOf(way, random) }),
    costs: {
      chains: Object.fromEntries(view.chains.map(({ chainId }) => [chainId, costsOf(random)])),
      ...(random.chance(30) && { waiting: BigInt(random.below(20)) * (BPS / 10n) }),
    },
    ...(pending.length > 0 && { pending }),
    ...(random.chance(12) && { donors }),
    ...(random.chance(50) && { partial: true }),
  }
}

function costsOf(random: Random): ChainCosts {
  const cents = (most: number) => BigInt(random.below(most)) * CENT
  return { withdraw: cents(300), supply: cents(300), repay: cents(300), send: cents(200) }
}

/** Open, closed, capped, with a least amount, dear, or too slow. */
function termsOf({ route }: RouteWay, random: Random): RouteTerms | undefined {
  if (random.chance(8)) return undefined
  // Dollars of either token: base units of USDC, or of WETH at about 2,300.
  const worth = (dollars: number, decimals: number) =>
    decimals === 6 ? BigInt(dollars) * 10n ** 6n : (BigInt(dollars) * 10n ** 18n) / 2_300n
  const decimals = route.key.startsWith('USDC') ? 6 : 18
  return {
    messaging: BigInt(random.below(300)) * CENT,
    seconds: BigInt(30 + random.below(random.chance(90) ? 850 : 4_000)),
    ...(random.chance(25) && { most: random.chance(35) ? 0n : worth(100 + random.below(6_000), decimals) }),
    ...(random.chance(20) && { least: worth(50 + random.below(1_500), decimals) }),
    ...(random.chance(25) && { fee: BigInt(random.below(40)) * BPS }),
    ...(random.chance(20) && { slippage: BigInt(random.below(50)) * BPS }),
  }
}

/** Factors of four decimals: a feed can say what comes of them. */
function scenarioOf(view: MarginView, random: Random, index: number): Scenario {
  const symbols = random.pick<readonly string[]>([
    ['WETH', 'wstETH'],
    ['WETH', 'wstETH'],
    ['WETH', 'wstETH', 'WBTC'],
    ['WBTC'],
    ['USDC'],
    ['wstETH'],
  ])
  const factor = BigInt(random.pick([9_000, 8_500, 9_700, 9_333, 10_500, 8_800])) * BPS
  return {
    name: `${symbols.join()} ${factor} ${index}`,
    prices: [{ assets: selectAssets(view, { symbols }), factor }],
    ...(random.chance(75) && { targets: BigInt(10_000 + random.below(800)) * BPS }),
  }
}

/** Something for a debt, or more of what backs one. */
function pendingOf({ positions }: MarginView, random: Random): readonly PendingMove[] {
  const owing = positions.flatMap((position) =>
    position.status === 'read' && position.debt.length > 0 ? [position] : [],
  )
  const position = owing[random.below(Math.max(1, owing.length))]
  if (position === undefined) return []
  const isRepaid = random.chance(50)
  const leg = isRepaid ? position.debt[0] : position.collateral.find(({ isCollateral }) => isCollateral)
  if (leg === undefined || typeof leg.amount !== 'bigint') return []
  const amount = (leg.amount * BigInt(1 + random.below(25))) / 100n
  if (amount === 0n) return []
  return [{ receiver: position.id, asset: leg.asset.address, amount, purpose: isRepaid ? 'repay' : 'supply' }]
}
