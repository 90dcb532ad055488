import { getAddress, isAddress } from 'viem'
import { InvalidAddressError } from '../errors/InvalidAddressError.ts'
import type { Address } from '../model/Hex.ts'
import { NoOwnerError } from './NoOwnerError.ts'

/** Whose account: one owner, or several that belong together. */
export type OwnersParameter =
  | { readonly owner: Address; readonly owners?: undefined }
  | { readonly owners: readonly Address[]; readonly owner?: undefined }

/**
 * Checks owners and gives them in checksum form, each once, in their order.
 *
 * @throws NoOwnerError when none is given.
 * @throws InvalidAddressError when one is no address, or its checksum does not match.
 */
export function parseOwners({ owner, owners }: OwnersParameter): readonly Address[] {
  const given: unknown = owners ?? (owner === undefined ? [] : [owner])
  if (!Array.isArray(given)) throw new InvalidAddressError({ parameter: 'owners', value: given })
  if (given.length === 0) throw new NoOwnerError()
  // Holes of a sparse array as well.
  const parsed = Array.from(given, (value: unknown, index) => {
    if (typeof value === 'string' && isAddress(value)) return getAddress(value)
    throw new InvalidAddressError({ parameter: owners === undefined ? 'owner' : `owners[${index}]`, value })
  })
  return [...new Set(parsed)]
}
