import {
  Decimal,
  Dollars,
  type Health,
  type MarginView,
  type Position,
  type Quantity,
  type UnitOfAccount,
  Usd,
  Wad,
} from '@unimargin/sdk'

export function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new TypeError(`the page has no #${id}`)
  return found
}

export function log(text: string): void {
  const line = document.createElement('li')
  line.textContent = text
  element('log').append(line)
}

/** Shows a view: what is unknown says so, and what was last known is called old. */
export function render(view: MarginView): void {
  const verdict = element('verdict')
  verdict.textContent = view.verdict
  verdict.dataset.verdict = view.verdict
  element('totals').textContent = totalsText(view)
  element('chains').replaceChildren(
    ...view.chains.map((chain) => {
      const box = document.createElement('section')
      box.className = 'chain'
      box.dataset.chain = String(chain.chainId)
      box.dataset.status = chain.status
      const positions = view.positions.filter(({ market }) => market.chainId === chain.chainId)
      const note =
        chain.status === 'read' ? `block ${chain.block.number}, ${chain.age} s old` : `not read: ${chain.reason}`
      box.append(text('h2', chain.name), text('p', note, 'note'), ...positions.flatMap(positionRows))
      return box
    }),
  )
}

function positionRows(position: Position): readonly HTMLElement[] {
  const { market, health } = position
  const rows = [
    text('span', market.name, 'market'),
    // What lies idle backs nothing: it has no health.
    text('span', market.holdsIdle ? '' : healthText(health), market.holdsIdle ? 'idle' : 'health'),
    text('p', valuesText(position), 'note values'),
  ]
  if (position.status === 'read' || position.lastKnown === undefined) return rows
  const { readAt, position: last } = position.lastKnown
  const time = new Date(Number(readAt) * 1_000).toLocaleTimeString()
  const lastText = market.holdsIdle ? valuesText(last) : healthText(last.health)
  return [...rows, text('p', `last known at ${time}: ${lastText}`, 'note stale')]
}

function valuesText(position: Position): string {
  if (position.status === 'unread') return 'nobody knows what it holds'
  const { market, unit, collateralValue, debtValue } = position
  const held = worth(collateralValue, Dollars.valueDown(collateralValue, unit), unit)
  if (market.holdsIdle) return `${held} idle`
  return `${held} supplied, ${worth(debtValue, Dollars.valueUp(debtValue, unit), unit)} borrowed`
}

/** In dollars, or else in what the market counts in, by its name: a dollar sign stands before dollars only. */
function worth(value: Quantity, dollars: Quantity, unit: UnitOfAccount | undefined): string {
  if (typeof dollars === 'bigint') return Usd.format(dollars)
  if (typeof value !== 'bigint' || unit === undefined) return 'unknown'
  return `${Decimal.formatDown(value, 18, 4)} ${unit.symbol}`
}

function totalsText({ totals }: MarginView): string {
  const isWhole = totals.status === 'complete'
  const { collateralValue, debtValue, idleValue } = isWhole ? totals : totals.known
  const sums = `${Usd.format(collateralValue)} supplied, ${Usd.format(debtValue)} borrowed, ${Usd.format(idleValue)} idle`
  return isWhole ? sums : `At least ${sums}: ${totals.missing.length} positions are of unknown value`
}

function healthText(health: Health): string {
  if (health.status === 'no-debt') return 'no debt'
  return health.status === 'known' ? Wad.formatDown(health.factor, 2) : 'unknown'
}

function text(tag: string, content: string, className = ''): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = content
  made.className = className
  return made
}
