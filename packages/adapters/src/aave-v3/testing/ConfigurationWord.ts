import type { MockVersion } from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'

/** The configuration word of a reserve: see `ReserveConfiguration.decode`, of which this is the other direction. */
export function encode(reserve: MockReserve, version: MockVersion): bigint {
  const flag = (value: boolean) => (value ? 1n : 0n)
  return (
    reserve.loanToValue |
    (reserve.liquidationThreshold << 16n) |
    (reserve.liquidationBonus << 32n) |
    (BigInt(reserve.decimals) << 48n) |
    (flag(reserve.isActive) << 56n) |
    (flag(reserve.isFrozen) << 57n) |
    (flag(reserve.isBorrowable) << 58n) |
    (flag(reserve.isPaused) << 60n) |
    (flag(reserve.isBorrowableInIsolation) << 61n) |
    (flag(reserve.isSiloed) << 62n) |
    (reserve.reserveFactor << 64n) |
    (reserve.borrowCap << 80n) |
    (reserve.supplyCap << 116n) |
    // Later versions keep it in bitmaps of the categories.
    ((version < '3.2' ? BigInt(reserve.eMode) : 0n) << 168n) |
    (reserve.debtCeiling << 212n) |
    (flag(version >= '3.1') << 252n)
  )
}
