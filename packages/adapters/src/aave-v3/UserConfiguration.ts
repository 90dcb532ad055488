import { hasBit } from './hasBit.ts'

/** A user's bitmap: two bits per reserve, by the reserve's id; the lower says borrowing, the upper collateral. */
export type UserConfiguration = bigint

/** Whether the user lets a reserve count as collateral. */
export function isCollateral(configuration: UserConfiguration, reserveId: number): boolean {
  return hasBit(configuration, 2 * reserveId + 1)
}

/** Whether a reserve is the only one that the user lets count. */
export function isOnlyCollateral(configuration: UserConfiguration, reserveId: number): boolean {
  return (configuration & COLLATERAL) === 2n << BigInt(2 * reserveId)
}

/** The upper bits of all reserves. */
const COLLATERAL = BigInt(`0x${'aa'.repeat(32)}`)
