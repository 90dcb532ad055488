import type { Address } from '@unimargin/sdk'
import { getAddress, keccak256, slice, stringToHex } from 'viem'

/** An address that is made of a name, the same in every run: nobody has its key. */
export function mockAddress(name: string): Address {
  return getAddress(slice(keccak256(stringToHex(`unimargin mock ${name}`)), 12))
}
