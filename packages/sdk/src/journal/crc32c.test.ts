import { describe, expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'

describe('crc32c', () => {
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  test.each([
    ['123456789', 0xe3069283],
    ['\0'.repeat(32), 0x8a9136aa],
    ['\xff'.repeat(32), 0x62a8ab43],
    [Array.from({ length: 32 }, (_, index) => String.fromCharCode(index)).join(''), 0x46dd794e],
    [Array.from({ length: 32 }, (_, index) => String.fromCharCode(31 - index)).join(''), 0x113fdb5c],
    ['', 0],
  ])('default: %j', (text, sum) => {
    expect(crc32c(text)).toBe(sum)
  })
})
