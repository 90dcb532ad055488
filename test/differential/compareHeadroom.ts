import {
  type Headroom,
  headroom,
  type LendingAdapter,
  type MarketReading,
  PositionHealth,
  positionId,
} from '@unimargin/sdk'

/** How much of a state was compared. */
export type HeadroomTally = {
  /** Assets of positions whose headroom at a target of 1 is the limit that the chain keeps. */
  limits: number
  /** Of these, less than a limit that knows nothing of the latest interest. */
  belowLimits: number
  /** Of these, limited by the health: found by asking the rule, where the limit is found by the protocol's own arithmetic. */
  byHealth: number
  /** With a target above 1: so much leaves it, by what the protocol would book, and one unit more does not. */
  targets: number
  unknown: number
}

const WAD = 10n ** 18n

/**
 * Holds the headroom of every asset of every position against the limits of its adapter, which the suites hold against the chain: with
 * a target of 1 both are the same to the unit. With a higher one, what is left is asked of the rule. Throws at the first difference.
 *
 * A protocol that checks a withdrawal with debts that it stored (Comet; Venus in its other markets) lets out more than leaves a health of 1
 * with the interest since: then headroom is less.
 */
export function compareHeadroom(
  adapter: LendingAdapter,
  { state, positions }: MarketReading,
  { limitsAreStored = false }: { readonly limitsAreStored?: boolean } = {},
): HeadroomTally {
  const tally = { limits: 0, belowLimits: 0, byHealth: 0, targets: 0, unknown: 0 }
  const context = { adapters: [adapter] }
  for (const result of positions) {
    if (result.status !== 'ok') continue
    const facts = result.value
    const rule = adapter.rules[facts.rule]
    if (rule === undefined) throw new Error(`no rule ${facts.rule}`)
    const { market } = adapter
    const block = { chainId: market.chainId, number: 1n, timestamp: 1n }
    const id = positionId(market, facts.owner)
    const position = { ...facts, ...PositionHealth.assess(facts, rule), status: 'read', id, market, block } as const
    const view = { positions: [position], markets: [state] }
    for (const { asset } of state.reserves) {
      const where = { state, position: facts, asset: asset.address }
      const limit = adapter.lending.limits.withdraw(where)
      const room = headroom(context, { view, position: id, asset: asset.address, target: WAD })
      const fail = (what: string): never => {
        throw new Error(`${facts.owner} ${asset.symbol}: ${what}\n${print({ limit, room, facts })}`)
      }
      if (room.status === 'unknown') {
        // A Comet that never comes to a bad price has a limit all the same; the health is as unknown as ever.
        if (typeof limit.amount === 'bigint' && position.health.status !== 'unknown')
          fail('unknown, though the limit is known')
        tally.unknown += 1
        continue
      }
      if (room.status !== 'known' || (room.amount > 0n && typeof limit.amount !== 'bigint')) fail('not known')
      if (typeof limit.amount === 'bigint' && room.amount !== limit.amount) {
        const isLess = limitsAreStored && room.amount < limit.amount && room.amount === healthOf(room)
        if (!isLess) fail('another amount than the limit')
        tally.belowLimits += 1
      }
      tally.limits += 1
      if (room.amount > 0n && limit.by.includes('health')) {
        if (healthOf(room) !== limit.amount) fail('the rule finds another amount than the protocol')
        tally.byHealth += 1
      }
      if (room.amount === 0n) continue

      const target = limitsAreStored ? WAD : (WAD * 5n) / 4n
      const higher = headroom(context, { view, position: id, asset: asset.address, target })
      const most = higher.status === 'unknown' ? undefined : healthOf(higher)
      if (most === undefined) continue
      const keeps = (amount: bigint) => {
        const left = amount === 0n ? facts : adapter.lending.after(where, { action: 'withdraw', amount })
        const { health } = PositionHealth.assess(left, rule)
        return health.status === 'no-debt' || (health.status === 'known' && health.factor >= target)
      }
      if (most > 0n && !keeps(most)) fail(`${most} leaves less than ${target}`)
      if (keeps(most + 1n)) fail(`${most + 1n} still leaves ${target}`)
      tally.targets += 1
    }
  }
  return tally
}

function healthOf(room: Headroom): bigint | undefined {
  const amount = room.limits.find(({ where }) => where === 'health')?.amount
  return typeof amount === 'bigint' ? amount : undefined
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each), 1)
}
