import type { Hex } from '../model/Hex.ts'

/**
 * 32 random bytes for the id of a move: the only randomness of the package. Ids are the owner's own, and no two devices of an owner
 * choose the same.
 */
export function randomId(): Hex {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(32))
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
