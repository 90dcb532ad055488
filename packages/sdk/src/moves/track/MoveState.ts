/**
 * Where a move stands:
 * - `intended`: fixed and stored; nothing was signed.
 * - `signed`: signed, and not handed to a node yet.
 * - `submitted`: the source chain may include it at any time.
 * - `replaced`: another transaction took its place in the account's order; it was not this move.
 * - `mined`: its transaction is in a block; the router's record of it is not seen yet.
 * - `reorged`: it was in a block, and the chain went another way. It may come back.
 * - `sent`: debited, and LayerZero has a GUID for it.
 * - `verifying`: at least one verifier has attested to it on the destination.
 * - `verified`: the destination's endpoint has accepted the attestations; anyone may deliver it.
 * - `blocked-by-nonce`: verified, and a message before it on its path is not.
 * - `skipped-nilified-burnt`: the token's owner refused the message (`removal` says how), so that it cannot be delivered.
 * - `delivered`: the tokens are on the destination.
 * - `unreceived`: a pool could not pay out on the destination, and keeps the tokens for it; anyone may repeat that.
 * - `compose-queued`: the router has the tokens; the supply or repayment is still to run (anyone may run it).
 * - `compose-failed`: an executor ran it and it reverted; it is still queued.
 * - `credited`: it is the owner's collateral, or has repaid the owner's debt.
 * - `parked`: the market would not take it; the owner or the recovery address can retry or claim.
 * - `claimed`: what was parked was paid out.
 * - `refunded`: taken out of the market and not sent: it lies in the owner's own account on the source chain.
 * - `failed`: it will not happen; `reason` says why. The collateral stayed where it was.
 */
export type MoveState = (typeof MOVE_STATES)[number]

/** All states, those of the source first. */
export const MOVE_STATES = [
  'intended',
  'signed',
  'submitted',
  'replaced',
  'mined',
  'reorged',
  'sent',
  'verifying',
  'verified',
  'blocked-by-nonce',
  'skipped-nilified-burnt',
  'delivered',
  'unreceived',
  'compose-queued',
  'compose-failed',
  'credited',
  'parked',
  'claimed',
  'refunded',
  'failed',
] as const

/**
 * How the token's owner refused a message. `removed`: by clearing it, or in a way that storage alone does not tell. Only what
 * is `nilified` can still be delivered, once its verifiers attest to it anew.
 */
export type MoveRemoval = 'nilified' | 'skipped' | 'burnt' | 'removed'

const atRest: ReadonlySet<MoveState> = new Set<MoveState>([
  'skipped-nilified-burnt',
  'credited',
  'parked',
  'claimed',
  'refunded',
  'failed',
])

/**
 * Whether nothing more happens by itself.
 *
 * @example
 * import { isTerminal } from '@unimargin/sdk'
 *
 * isTerminal('credited') // true
 * isTerminal('verified') // false
 */
export function isTerminal(state: MoveState): boolean {
  return atRest.has(state)
}
