import {
  Dollars,
  type Health,
  type MarginView,
  type Position,
  type Quantity,
  type ReadPosition,
  type Verdict,
  Wad,
} from '@unimargin/sdk'
import { COLUMNS, cut, decimal, factor, usd } from './format.ts'
import type { Colour, Paint } from './paint.ts'

/** The colour of each verdict. */
export const colourOf: Readonly<Record<Verdict, Colour>> = {
  unknown: 'red',
  liquidatable: 'red',
  unsavable: 'red',
  'at-risk': 'yellow',
  watch: 'yellow',
  ok: 'green',
}

/** The colour of a health factor: red below 1, yellow below `watch`. */
export function colourOfHealth(health: Health, watch: bigint): Colour {
  if (health.status === 'no-debt') return 'green'
  if (health.status === 'unknown' || health.factor < Wad.WAD) return 'red'
  return health.factor < watch ? 'yellow' : 'green'
}

/** One margin view in at most 80 columns. */
export function renderView(view: MarginView, options: { readonly paint: Paint; readonly watch: bigint }): string {
  const { paint, watch } = options
  const [lending, idle] = [false, true].map((isIdle) =>
    view.positions.filter(({ market }) => (market.holdsIdle === true) === isIdle),
  )
  const lines = [
    paint('dim', row('market', 'collateral', 'debt', 'health')),
    ...(lending ?? []).flatMap((position) => positionLines(position, paint, watch)),
    ...(idle ?? []).flatMap((position, index) => [
      ...(index === 0 ? ['', paint('dim', row('idle, no collateral of anything', '', 'held', '').trimEnd())] : []),
      ...idleLines(position, paint),
    ]),
    '',
    ...totalsLines(view),
    ...unknownLines(view).map((line) => paint('yellow', line)),
    weakestLine(view, paint, watch),
    paint('dim', `  as if one account ${factor(view.aggregate)} (hypothetical)`),
    `  verdict ${paint(colourOf[view.verdict], view.verdict.toUpperCase())}`,
    ...inFlightLines(view, paint),
    ...view.parked.map(
      (parked) => `  parked ${decimal(parked.amount, parked.asset.decimals, 6)} ${parked.asset.symbol}: claim or retry`,
    ),
    ...wrapped(
      view.chains.map((chain) =>
        chain.status === 'read' ? `${chain.name} #${chain.block.number}, ${chain.age} s old` : `${chain.name} UNREAD`,
      ),
    ).map((line) => paint('dim', line)),
  ]
  return lines.join('\n')
}

/** What is on its way, a line each. */
export function inFlightLines({ inFlight }: MarginView, paint: Paint): readonly string[] {
  return inFlight.map(({ amount, asset, value }) =>
    paint(
      'cyan',
      `  in flight ${decimal(amount, asset.decimals, 6)} ${asset.symbol}, ${usd(value)}: in no position's health`,
    ),
  )
}

/** Of the right columns; the left ones share what is left. */
const WIDTHS = { debt: 21, health: 8 }

/** Always as wide as it may be: a name gives way to a number. */
function row(market: string, collateral: string, debt: string, health: string): string {
  const right = `${debt.padStart(WIDTHS.debt)}${health.padStart(WIDTHS.health)}`
  const room = COLUMNS - 3 - right.length - collateral.length
  return `  ${cut(market, room).padEnd(room)} ${collateral}${right}`
}

function positionLines(position: Position, paint: Paint, watch: bigint): readonly string[] {
  if (position.status === 'unread') return [paint('red', row(position.market.name, 'unknown', 'unknown', 'unknown'))]
  const { unit } = position
  // A market counts in what it likes; a view is read in dollars.
  const collateral = position.collateral.map((leg) => legText(leg, Dollars.valueDown(leg.value, unit)))
  const debt = position.debt.map((leg) => legText(leg, Dollars.valueUp(leg.value, unit)))
  const count = Math.max(collateral.length, debt.length, 1)
  return Array.from({ length: count }, (_, index) => {
    const first = index === 0
    const text = row(first ? position.market.name : '', collateral[index] ?? '–', debt[index] ?? (first ? '–' : ''), '')
    const health = first ? factor(position.health).padStart(WIDTHS.health) : ''
    const legs = text.slice(0, -WIDTHS.health)
    return `${legs}${first ? paint(colourOfHealth(position.health, watch), health) : ''}`.trimEnd()
  })
}

/** What backs nothing stands in no column of collateral, and has no health. */
function idleLines(position: Position, paint: Paint): readonly string[] {
  const line = (index: number, text: string) => row(index === 0 ? position.market.name : '', '', text, '').trimEnd()
  if (position.status === 'unread') return [paint('red', line(0, 'unknown'))]
  const texts = position.collateral.map((leg) => legText(leg, Dollars.valueDown(leg.value, position.unit)))
  return (texts.length === 0 ? ['–'] : texts).map((text, index) => line(index, text))
}

function legText({ amount, asset }: Pick<ReadPosition['debt'][number], 'amount' | 'asset'>, value: Quantity): string {
  if (typeof amount !== 'bigint') return `unknown ${asset.symbol}`
  const worth = typeof value === 'bigint' ? ` $${decimal(value, 18, 0)}` : ' unpriced'
  return `${decimal(amount, asset.decimals, 2)} ${asset.symbol}${worth}`
}

function totalsLines(view: MarginView): readonly string[] {
  const { totals } = view
  const isWhole = totals.status === 'complete'
  const values = isWhole ? totals : totals.known
  const { collateralValue, debtValue, netValue, idleValue } = values
  const hasIdle = view.positions.some(({ market }) => market.holdsIdle)
  return [
    `  totals  collateral ${usd(collateralValue)} · debt ${usd(debtValue)} · net ${usd(netValue)}`,
    ...(hasIdle ? [`          idle ${usd(idleValue)}, in none of these`] : []),
    ...(isWhole ? [] : [`          PARTIAL: without ${totals.missing.length} positions of unknown value`]),
  ]
}

/** What the totals lack, by name: a chain as a whole, or a position with what is not known of it. */
function unknownLines(view: MarginView): readonly string[] {
  const missing = view.totals.status === 'complete' ? [] : view.totals.missing
  const lost = view.positions.filter(({ id }) => missing.includes(id))
  const chains = view.chains.flatMap((chain) => {
    if (chain.status === 'read') return []
    const count = lost.filter(({ market }) => market.chainId === chain.chainId).length
    return [`${count} on ${chain.name}: ${chain.reason}`]
  })
  const unread = new Set(view.chains.flatMap((chain) => (chain.status === 'unread' ? [chain.chainId] : [])))
  const others = lost
    .filter(({ market }) => !unread.has(market.chainId))
    .map((each) => `${each.market.name}: ${lackOf(each)}`)
  return [...chains, ...others].map((text) => cut(`          ${text}`, COLUMNS))
}

function lackOf(position: Position): string {
  const { status, issues } = position
  if (status === 'read' && position.unit !== undefined && typeof position.unit.price !== 'bigint') {
    return `counts in ${position.unit.symbol}, whose price in dollars is unknown`
  }
  return issues[0]?.reason ?? 'unknown'
}

/** As many in a line as fit. */
function wrapped(parts: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const joined = `${lines.at(-1)} · ${part}`
    if (lines.length > 0 && [...joined].length <= COLUMNS) lines[lines.length - 1] = joined
    else lines.push(`  ${part}`)
  }
  return lines
}

/** One unknown health may be the weakest of all; the weakest of the others is named all the same. */
export function weakestLine(view: MarginView, paint: Paint, watch: bigint): string {
  const { health, weakestKnown } = view.weakest
  const told = paint(colourOfHealth(health, watch), factor(health))
  const name = view.positions.find(({ id }) => id === weakestKnown?.position)?.market.name
  if (weakestKnown === undefined || name === undefined) return `  weakest ${told}`
  if (health.status === 'known') return `  weakest ${told} (${name})`
  return `  weakest ${told}; of those known ${factor({ status: 'known', factor: weakestKnown.factor })} (${name})`
}
