import type { Details, Quantity } from '@unimargin/sdk'
import * as Booked from './Booked.ts'
import * as MarketBook from './MarketBook.ts'
import type { MarketReads } from './MarketReads.ts'
import type { MorphoBlueMetadata } from './metadata.ts'

/** How lending has a market's details. */
export type ToDetails = typeof toDetails

/** What limits, predictions and rates need of a market besides the model. */
export function toDetails(metadata: MorphoBlueMetadata, oraclePrice: Quantity, reads: MarketReads): Details {
  const { accrued, inputs, feeRecipient } = reads
  return {
    ...MarketBook.toDetails({
      ...metadata,
      oraclePrice,
      accrued: accrued.status === 'ok' ? accrued.value : undefined,
    }),
    ...(inputs.status === 'ok' &&
      Booked.toDetails(inputs.value, feeRecipient.status === 'ok' ? feeRecipient.value : undefined)),
  }
}
