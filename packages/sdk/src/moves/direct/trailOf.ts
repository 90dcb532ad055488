import type { Hex } from '../../model/Hex.ts'
import type { DirectReceived, DirectTrail } from './DirectTrail.ts'

type Known = { readonly guid?: Hex | undefined; readonly direct?: DirectTrail | undefined }

/**
 * The trail of a direct move after one more record: as the record has it, with what was seen to be paid out once, which those who
 * bring it further may not know of. What was paid out for a message is not that of one that was sent anew.
 */
export function trailOf(before: Known, learnt: Known & { readonly received?: DirectReceived | undefined }) {
  const direct = learnt.direct ?? before.direct
  if (direct === undefined) return undefined
  const isAnew = learnt.guid !== undefined && before.guid !== undefined && learnt.guid !== before.guid
  const received = learnt.received ?? learnt.direct?.received ?? (isAnew ? undefined : before.direct?.received)
  const { received: _, ...rest } = direct
  return received === undefined ? rest : { ...rest, received }
}
