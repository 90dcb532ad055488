import {
  type ChainCosts,
  type Factors,
  type MarginView,
  type PendingMove,
  type PlanMovesParameters,
  type ReadPosition,
  type RouteOffer,
  type Scenario,
  Wad,
} from '@unimargin/sdk'
import type { Random } from '../differential/Random.ts'
import { knownLegs } from './Book.ts'
import { amountOf, type Family, type Scene, someDollars } from './scene.ts'
import { takes } from './takes.ts'

const { WAD } = Wad
const CENT = WAD / 100n
const BPS = WAD / 10_000n

/** Makes up what the owner of a view wants, and what moves cost and take. */
export function wishesOf(random: Random, scene: Scene, view: MarginView): Omit<PlanMovesParameters, 'view'> {
  const factor = (least: number, spread: number) => BigInt(least + random.below(spread)) * BPS
  const factors = (least: number, spread: number): Factors =>
    random.chance(60)
      ? factor(least, spread)
      : Object.fromEntries(view.positions.map(({ id }) => [id, factor(least, spread)]))
  const targets = factors(10_300, random.pick([2_000, 5_000]))
  const horizon = random.pick([undefined, undefined, 900n, 3_600n])
  const donors = view.positions.filter(() => random.chance(75)).map(({ id }) => id)
  const pending = random.chance(20) ? randomPending(random, scene, view) : []
  return {
    targets,
    routes: randomRoutes(random, scene),
    costs: {
      chains: Object.fromEntries(scene.chains.map((chainId) => [chainId, randomCosts(random)])),
      ...(random.chance(30) && { waiting: BigInt(random.below(20)) * (BPS / 10n) }),
    },
    ...(random.chance(50) && { floors: factors(10_100, 5_000) }),
    ...(random.chance(60) && {
      scenarios: Array.from({ length: 1 + random.below(2) }, (_, index) =>
        randomScenario(random, scene, factor, index),
      ),
    }),
    ...(horizon !== undefined && { horizon }),
    ...(pending.length > 0 && { pending }),
    ...(random.chance(10) && donors.length > 0 && { donors }),
  }
}

function randomCosts(random: Random): ChainCosts {
  const cents = (most: number) => BigInt(random.below(most)) * CENT
  return { withdraw: cents(400), supply: cents(400), repay: cents(400), send: cents(200) }
}

function randomRoutes(random: Random, scene: Scene): readonly RouteOffer[] {
  const { chains } = scene
  return scene.families.flatMap((family) =>
    chains.flatMap((from) =>
      chains
        .filter((to) => to !== from)
        .flatMap((to) =>
          ['fast', 'slow']
            .filter((key) => random.chance(key === 'fast' ? 85 : 12))
            .map((key) => randomRoute(random, scene, { key: `${family} ${key}`, family, from, to })),
        ),
    ),
  )
}

function randomRoute(
  random: Random,
  scene: Scene,
  {
    key,
    family,
    from,
    to,
  }: { readonly key: string; readonly family: Family; readonly from: number; readonly to: number },
): RouteOffer {
  const [source, destination] = [scene.assetOf(from, family), scene.assetOf(to, family)]
  const some = (min: bigint, max: bigint) => amountOf(scene, source, someDollars(random, min, max))
  const sharedDecimals = random.pick([6, 6, undefined, 4])
  return {
    key,
    source: { chainId: from, asset: source.address, decimals: source.decimals },
    destination: { chainId: to, asset: destination.address, decimals: destination.decimals },
    ...(sharedDecimals !== undefined && { sharedDecimals }),
    ...(random.chance(30) && { least: some(10n, 3_000n) }),
    ...(random.chance(40) && { most: random.chance(10) ? 0n : some(50n, 20_000n) }),
    ...(random.chance(60) && { fee: BigInt(random.below(40)) * BPS }),
    ...(random.chance(50) && { slippage: BigInt(random.below(60)) * BPS }),
    messaging: BigInt(random.below(400)) * CENT,
    seconds: BigInt(30 + random.below(random.chance(90) ? 850 : 4_000)),
  }
}

function randomScenario(
  random: Random,
  scene: Scene,
  factor: (least: number, spread: number) => bigint,
  index: number,
): Scenario {
  const all = (family: Family) => scene.chains.map((chainId) => scene.assetOf(chainId, family))
  const falling = random.pick<readonly Family[]>([['ETH'], ['ETH', 'BTC'], ['BTC'], ['USD'], ['ETH', 'USD']])
  const by = random.pick([9_000n, 8_500n, 9_700n, 8_000n, 10_500n, 9_333n]) * BPS
  return {
    name: `${falling.join()} ${by} ${index}`,
    prices: [{ assets: falling.flatMap(all), factor: by }],
    ...(random.chance(70) && { targets: factor(10_000, 1_500) }),
  }
}

/** One that the market of its receiver takes: other ones never arrive. */
function randomPending(random: Random, scene: Scene, { positions, markets }: MarginView): readonly PendingMove[] {
  const receivers = positions.filter((position): position is ReadPosition => position.status === 'read')
  const position = receivers[random.below(receivers.length)]
  const state = position && markets.find(({ market }) => market.key === position.market.key)
  const held = position && knownLegs(position)
  if (position === undefined || state === undefined || held === undefined) return []
  const debt = position.debt[0]
  if (debt !== undefined && typeof debt.amount === 'bigint' && random.chance(40)) {
    const amount = (debt.amount * BigInt(1 + random.below(60))) / 100n
    return [{ receiver: position.id, asset: debt.asset.address, amount, purpose: 'repay' }]
  }
  const reserve = state.reserves.find((one) => takes({ position, state, held }, one.asset.address))
  if (reserve === undefined) return []
  const amount = amountOf(scene, reserve.asset, someDollars(random, 10n, 5_000n))
  const room = reserve.supplyRoom
  if (typeof room === 'bigint' && amount > room) return []
  return [{ receiver: position.id, asset: reserve.asset.address, amount, purpose: 'supply' }]
}
