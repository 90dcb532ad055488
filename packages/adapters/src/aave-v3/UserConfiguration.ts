import { hasBit } from './hasBit.ts'

/** A user's bitmap: two bits per reserve, by the reserve's id; the lower says borrowing, the upper collateral. */
export type UserConfiguration = bigint

/** Whether the user lets a reserve count as collateral. */
export function isCollateral(configuration: UserConfiguration, reserveId: number): boolean {
  return hasBit(configuration, 2 * reserveId + 1)
}

/** The id of the only reserve that counts as collateral, if there is exactly one. */
export function onlyCollateral(configuration: UserConfiguration): number | undefined {
  let found: number | undefined
  for (let id = 0; configuration >> BigInt(2 * id) > 0n; id += 1) {
    if (!isCollateral(configuration, id)) continue
    if (found !== undefined) return undefined
    found = id
  }
  return found
}
