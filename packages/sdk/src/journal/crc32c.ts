/** The remainders of the sixteen half bytes, by Castagnoli's polynomial (reflected). */
const REMAINDERS = [
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d, 0x82f63b78,
  0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
] as const

/**
 * CRC-32C of ASCII text. It misses no damage of up to 32 bits in a row, so no byte that was flipped, whatever the length.
 *
 * It is no defence against whoever wants to write a false journal; nothing without a secret would be.
 */
export function crc32c(text: string): number {
  let sum = 0xffffffff
  for (let index = 0; index < text.length; index += 1) {
    sum ^= text.charCodeAt(index) & 0xff
    sum = (sum >>> 4) ^ (REMAINDERS[sum & 0xf] ?? 0)
    sum = (sum >>> 4) ^ (REMAINDERS[sum & 0xf] ?? 0)
  }
  return (sum ^ 0xffffffff) >>> 0
}
