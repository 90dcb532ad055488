/** The two bits that Aave keeps of a reserve in a user's bitmap. */

/** The bitmap with the bits of one reserve set. */
export function set(
  bitmap: bigint,
  id: number,
  bits: { readonly isBorrowing?: boolean | undefined; readonly isCollateral?: boolean | undefined },
): bigint {
  const borrowing = write(bitmap, BigInt(2 * id), bits.isBorrowing)
  return write(borrowing, BigInt(2 * id + 1), bits.isCollateral)
}

/** Whether a reserve counts as the user's collateral. */
export function isCollateral(bitmap: bigint, id: number): boolean {
  return ((bitmap >> BigInt(2 * id + 1)) & 1n) === 1n
}

/** Whether the user owes of a reserve. */
export function isBorrowing(bitmap: bigint, id: number): boolean {
  return ((bitmap >> BigInt(2 * id)) & 1n) === 1n
}

function write(bitmap: bigint, position: bigint, bit: boolean | undefined): bigint {
  if (bit === undefined) return bitmap
  const mask = 1n << position
  return bit ? bitmap | mask : bitmap & ~mask
}
