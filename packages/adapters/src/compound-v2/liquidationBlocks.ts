import type { PositionInMarket, Reserve, Unknown } from '@unimargin/sdk'
import { unread } from './Seizure.ts'

/** What of a token stands in the way of a liquidation: it is not listed, or paused; unknown where nobody knows. */
export function blocksOf(
  where: PositionInMarket,
  { details, asset }: Reserve,
  pauses: readonly string[],
): readonly string[] | Unknown {
  if (details?.isListed !== true) return ['inactive']
  if (pauses.some((pause) => details[pause] === true)) return ['paused']
  if (pauses.every((pause) => details[pause] === false)) return []
  return unread(where, asset.symbol, 'whether it is paused could not be read')
}
