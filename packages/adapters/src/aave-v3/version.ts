import { Ray, type ReadResult } from '@unimargin/sdk'

/** A version of Aave V3. They sort as text. */
export type AaveV3Version = '3.0' | '3.1' | '3.2' | '3.3' | '3.4' | '3.5' | '3.6' | '3.7'

/** Which version stands behind which `POOL_REVISION`, where a fork counts in its own way. */
export type AaveV3Revisions = Readonly<Record<number, AaveV3Version>>

/**
 * What Aave's own revisions are from 3.3 on, on every network; before that they differ, and what a pool can do tells. A
 * revision that is not here may count in a way that nobody here knows.
 */
const AAVE_REVISIONS: AaveV3Revisions = { 6: '3.3', 7: '3.4', 8: '3.4', 9: '3.5', 10: '3.6', 11: '3.7' }

const LAST_OLD_REVISION = 5n

/** The version from which on a pool has a function, each later than the one before it. */
export const SINCE = ['3.1', '3.2', '3.3', '3.4', '3.6', '3.7'] as const

/**
 * The version of a pool: by its revision, and only if it has exactly the functions of that version.
 *
 * `has` tells of each function in {@link SINCE} whether the pool has it: what a node says of one thing alone is not believed,
 * because a call that runs out of gas looks as if the function were missing.
 */
export function versionOf(
  revision: bigint,
  has: readonly boolean[],
  revisions: AaveV3Revisions | undefined,
): ReadResult<AaveV3Version> {
  const count = has.indexOf(false)
  const newest: AaveV3Version = (count < 0 ? SINCE.at(-1) : SINCE[count - 1]) ?? '3.0'
  const isOld = revisions === undefined && revision <= LAST_OLD_REVISION && newest <= '3.2'
  const version = isOld ? newest : (revisions ?? AAVE_REVISIONS)[Number(revision)]
  const reason = (why: string) =>
    ({ status: 'unavailable', reason: `version not known: pool revision ${revision} ${why}` }) as const
  if (version === undefined) return reason('is none of those known here')
  const isWhole = SINCE.every((since, index) => has[index] === version >= since)
  return isWhole ? { status: 'ok', value: version } : reason(`is Aave ${version}, and has not just its functions`)
}

/** How a version turns what it keeps of a balance into an amount, and back. */
export type Rounding = {
  readonly supplied: (scaled: bigint, index: bigint) => bigint
  readonly owed: (scaled: bigint, index: bigint) => bigint
}

/** Half up to 3.4; since then against whoever holds the balance. */
export function roundingOf(version: AaveV3Version): Rounding {
  return version < '3.5' ? { supplied: Ray.mulHalfUp, owed: Ray.mulHalfUp } : { supplied: Ray.mulDown, owed: Ray.mulUp }
}
