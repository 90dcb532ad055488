import { type Address, type Asset, Read, type ReadResult, redact } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'
import { view } from './abi.ts'
import { readerOf } from './readerOf.ts'

/** What every ERC-20 answers. */
export const erc20Abi = [
  view('symbol', [], 'string'),
  view('decimals', [], 'uint8'),
  view('balanceOf', ['address'], 'uint256'),
] as const

/** Amounts below 2^128 and prices below 2^80 of tokens with up to 36 decimals keep all arithmetic within 256 bits. */
export const MAX_DECIMALS = 36

/** A token as it names itself. Without decimals its amounts mean nothing, so that a token that does not tell them fails. */
export function readAsset(chainId: number, address: Address): Read.Read<Asset> {
  const token = readerOf(address, erc20Abi)
  const read = Read.all([token('decimals'), Read.settle(token('symbol'))])
  return Read.andThen(read, ([decimals, symbol]) =>
    decimals > MAX_DECIMALS
      ? Read.fail({ status: 'unavailable', reason: `${symbolOf(symbol, address)} has ${decimals} decimals` })
      : Read.succeed({ chainId, address, symbol: symbolOf(symbol, address), decimals }),
  )
}

/** Old tokens answer with `bytes32`, hostile ones with control characters: an address always tells what it is. */
export function symbolOf(symbol: ReadResult<string>, address: Address): string {
  const shown = symbol.status === 'ok' && printable(symbol.value)
  return shown && shown.length <= 32 ? shown : `${address.slice(0, 6)}…${address.slice(-4)}`
}

/** What a contract calls something, harmless and in one line. */
export function printable(text: string): string {
  return redact(text).replace(/\s+/g, ' ').trim()
}

/** The address, unless it is zero: then there is no such thing. */
export function present(address: Address): Address | undefined {
  return isAddressEqual(address, zeroAddress) ? undefined : address
}
