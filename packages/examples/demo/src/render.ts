import {
  Decimal,
  Dollars,
  type Health,
  type MarginView,
  type Position,
  type Quantity,
  type ReadPosition,
  Usd,
  type Verdict,
  Wad,
} from '@unimargin/sdk'
import type { Colour, Paint } from './paint.ts'

const colourOf: Readonly<Record<Verdict, Colour>> = {
  unknown: 'red',
  liquidatable: 'red',
  unsavable: 'red',
  'at-risk': 'yellow',
  watch: 'yellow',
  ok: 'green',
}

/** `12,345.67`: base units with thousands marked, cut (not rounded) to `places`. */
export function decimal(value: bigint, decimals: number, places: number): string {
  return Decimal.formatDown(value, decimals, places).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',')
}

/** `$12,345.67`, or `unknown`. */
export function usd(value: Quantity): string {
  return typeof value === 'bigint' ? Usd.format(value) : 'unknown'
}

/** `1.234`, cut downwards; `no debt`; or `unknown`. */
export function factor(health: Health): string {
  return health.status === 'known'
    ? Wad.formatDown(health.factor, 3)
    : health.status === 'no-debt'
      ? 'no debt'
      : 'unknown'
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
  const lines = [
    paint('dim', row('market', 'collateral', 'debt', 'health')),
    ...view.positions.flatMap((position) => positionLines(position, paint, watch)),
    '',
    totalsLine(view),
    `  weakest ${paint(colourOfHealth(view.weakest.health, watch), factor(view.weakest.health))}${weakestName(view)}` +
      paint('dim', `   as if one account ${factor(view.aggregate)} (hypothetical)`),
    `  verdict ${paint(colourOf[view.verdict], view.verdict.toUpperCase())}`,
    ...view.inFlight.map((move) =>
      paint(
        'cyan',
        `  in flight ${decimal(move.amount, move.asset.decimals, 6)} ${move.asset.symbol}, ${usd(move.value)}: in no position's health`,
      ),
    ),
    ...view.parked.map(
      (parked) => `  parked ${decimal(parked.amount, parked.asset.decimals, 6)} ${parked.asset.symbol}: claim or retry`,
    ),
    paint(
      'dim',
      `  ${view.chains.map((chain) => (chain.status === 'read' ? `${chain.name} #${chain.block.number}, ${chain.age} s old` : `${chain.name} UNREAD`)).join(' · ')}`,
    ),
  ]
  return lines.join('\n')
}

/** All columns together: 80. */
const WIDTHS = { market: 29, collateral: 20, debt: 21, health: 8 }

function row(market: string, collateral: string, debt: string, health: string): string {
  const left = `  ${market.padEnd(WIDTHS.market)}${collateral.padStart(WIDTHS.collateral)}`
  return `${left}${debt.padStart(WIDTHS.debt)}${health.padStart(WIDTHS.health)}`
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

function legText({ amount, asset }: Pick<ReadPosition['debt'][number], 'amount' | 'asset'>, value: Quantity): string {
  if (typeof amount !== 'bigint') return `unknown ${asset.symbol}`
  const worth = typeof value === 'bigint' ? ` $${decimal(value, 18, 0)}` : ''
  return `${decimal(amount, asset.decimals, 2)} ${asset.symbol}${worth}`
}

function totalsLine(view: MarginView): string {
  const values = view.totals.status === 'complete' ? view.totals : view.totals.known
  const partial =
    view.totals.status === 'complete' ? '' : `  (PARTIAL: ${view.totals.missing.length} positions unknown)`
  return `  totals  collateral ${usd(values.collateralValue)} · debt ${usd(values.debtValue)} · net ${usd(values.netValue)}${partial}`
}

function weakestName(view: MarginView): string {
  const weakest = view.positions.find(({ id }) => id === view.weakest.weakestKnown?.position)
  return weakest === undefined ? '' : ` (${weakest.market.name})`
}
