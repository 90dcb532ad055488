import { getAddress, keccak256, slice, stringToHex } from 'viem'
import type { Address } from '../model/Hex.ts'

/**
 * An address that is made of a name: the same in every run, and nobody has its key.
 *
 * @example
 * import { mockAddress } from '@unimargin/sdk/testing'
 *
 * mockAddress('a pool on Arbitrum') // 0x…, always the same
 */
export function mockAddress(name: string): Address {
  return getAddress(slice(keccak256(stringToHex(`unimargin mock ${name}`)), 12))
}
