import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import type { DestinationEvidence, Evidence } from './Evidence.ts'

/** A look at a move that was sent, and what hints may be added to. */
export type HintedLook = {
  readonly chains: { readonly source: Ask.Chain; readonly destination: Ask.Chain }
  readonly move: TrackedMove & { readonly guid: Hex }
  readonly evidence: Evidence & { readonly destination: DestinationEvidence }
}

/** Adds to what storage shows what logs tell. Made by `moveHints`. */
export type HintReader = (
  client: MarginContext,
  look: HintedLook,
  options: DeadlineOptions,
) => Promise<DestinationEvidence>
