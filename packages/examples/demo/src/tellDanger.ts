import type { FallToLiquidation, LadderRung } from '@unimargin/sdk'
import type { Danger } from './dangerOf.ts'
import { COLUMNS, cost, decimal, percent } from './format.ts'
import type { Paint } from './paint.ts'

const WIDTHS = { fall: 22, price: 26 }

/** Who dies first, and what that would cost. */
export function tellDanger(
  { ladder, liquidation }: Danger,
  units: ReadonlyMap<string, string>,
  paint: Paint,
): readonly string[] {
  const [first] = ladder
  if (first === undefined) return ['  nobody owes anything']
  const repaid = liquidation.repaid.map(({ amount, asset }) => `${decimal(amount, asset.decimals, 2)} ${asset.symbol}`)
  const seized = liquidation.seized.map(({ amount, asset }) => `${decimal(amount, asset.decimals, 4)} ${asset.symbol}`)
  return [
    paint('dim', row('who dies first', 'if ETH falls another', 'liquidation price')),
    ...ladder.map((rung, index) => {
      const text = row(rung.market.name, fallText(rung.fall), priceText(rung, units.get(rung.position)))
      return index === 0 ? paint('yellow', text) : text
    }),
    '',
    `  Then a liquidation takes ${seized.join(', ')} for ${repaid.join(', ')} of debt:`,
    `  ${first.market.name} loses ${paint('red', cost(liquidation.cost))}`,
  ]
}

function row(name: string, fall: string, price: string): string {
  const left = COLUMNS - 2 - WIDTHS.fall - WIDTHS.price
  return `  ${name.padEnd(left)}${fall.padStart(WIDTHS.fall)}${price.padStart(WIDTHS.price)}`
}

function fallText(fall: FallToLiquidation): string {
  return fall.status === 'known' || fall.status === 'at-least' ? percent(fall.fall) : fall.status
}

/** In what the market counts in: dollars, unless it has another unit. Cut, as a safe price is never overstated. */
function priceText({ weakestPrice }: LadderRung, unit: string | undefined): string {
  if (weakestPrice === undefined) return '–'
  const { asset, price, direction } = weakestPrice
  const text = unit === undefined ? `$${decimal(price, 18, 2)}` : `${decimal(price, 18, 4)} ${unit}`
  return `${asset.symbol} ${direction === 'falls' ? '≤' : '≥'} ${text}`
}
