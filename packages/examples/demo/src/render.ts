import {
  Decimal,
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

function row(market: string, collateral: string, debt: string, health: string): string {
  return `  ${market.padEnd(21)}${collateral.padStart(25)}${debt.padStart(23)}${health.padStart(9)}`
}

function positionLines(position: Position, paint: Paint, watch: bigint): readonly string[] {
  if (position.status === 'unread') return [paint('red', row(position.market.name, 'unknown', 'unknown', 'unknown'))]
  const collateral = legTexts(position.collateral)
  const debt = legTexts(position.debt)
  const count = Math.max(collateral.length, debt.length, 1)
  return Array.from({ length: count }, (_, index) => {
    const first = index === 0
    const text = row(first ? position.market.name : '', collateral[index] ?? '–', debt[index] ?? (first ? '–' : ''), '')
    const health = first ? factor(position.health).padStart(9) : ''
    return `${text.slice(0, 71)}${first ? paint(colourOfHealth(position.health, watch), health) : ''}`.trimEnd()
  })
}

function legTexts(legs: ReadPosition['collateral'] | ReadPosition['debt']): readonly string[] {
  return legs.map(({ amount, asset, value }) => {
    if (typeof amount !== 'bigint') return `unknown ${asset.symbol}`
    return `${decimal(amount, asset.decimals, 2)} ${asset.symbol}${typeof value === 'bigint' ? ` $${decimal(value, 18, 0)}` : ''}`
  })
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
