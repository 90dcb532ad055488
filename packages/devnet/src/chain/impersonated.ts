import { type Address, getAddress, keccak256, slice, stringToHex } from 'viem'

/** An address without a key that the devnet's chains let the devnet send from. */
export function impersonated(role: string): Address {
  return getAddress(slice(keccak256(stringToHex(`unimargin devnet ${role}`)), 12))
}
