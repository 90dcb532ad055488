import type { MovePlan } from '../MovePlan.ts'

/**
 * What a direct move risks that a routed one does not:
 * - `floor-unchecked`: no contract holds the donor to its floor. It is checked before anything is signed, and by nobody while it is mined.
 * - `partly-done`: unless the wallet sends all calls at once, a later one may fail, and the collateral lies in the owner's wallet.
 * - `backs-nothing-until-supplied`: what has arrived waits for the owner's second step, and nobody else takes it.
 */
export type DirectRisk = 'floor-unchecked' | 'partly-done' | 'backs-nothing-until-supplied'

/**
 * A plan to move collateral without a contract of ours: what the owner withdraws is sent to an account of the owner's own, and the owner
 * supplies it there, or repays with it. A plain value. `router` of its ends is the zero address.
 */
export type DirectPlan = Omit<MovePlan, 'authorization' | 'gas'> & {
  readonly way: 'direct'
  readonly risks: readonly DirectRisk[]
}
