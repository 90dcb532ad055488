import { isAddress } from 'viem'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import type { Address } from '../model/Hex.ts'

/** @throws InvalidAddressError when the text is no address, or its checksum does not match. */
export function assertAddress(parameter: string, value: string): asserts value is Address {
  if (!isAddress(value)) throw new InvalidAddressError({ parameter, value })
}
