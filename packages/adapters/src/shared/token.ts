import { type Address, type Asset, Read, type ReadResult, redact } from '@unimargin/sdk'
import { isAddressEqual, zeroAddress } from 'viem'

/** What every ERC-20 answers, besides balances. */
export const erc20Abi = [
  { type: 'function', name: 'symbol', stateMutability: 'view', inputs: [], outputs: [{ type: 'string' }] },
  { type: 'function', name: 'decimals', stateMutability: 'view', inputs: [], outputs: [{ type: 'uint8' }] },
  {
    type: 'function',
    name: 'balanceOf',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ type: 'uint256' }],
  },
  {
    type: 'function',
    name: 'approve',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'spender', type: 'address' },
      { name: 'amount', type: 'uint256' },
    ],
    outputs: [{ type: 'bool' }],
  },
] as const

/** Amounts below 2^128 and prices below 2^80 of tokens with up to 36 decimals keep all arithmetic within 256 bits. */
export const MAX_DECIMALS = 36

/** A token as it names itself. Without decimals its amounts mean nothing, so that a token that does not tell them fails. */
export function readAsset(chainId: number, address: Address): Read.Read<Asset> {
  const read = Read.all([
    Read.call({ to: address, abi: erc20Abi, functionName: 'decimals' }),
    Read.settle(Read.call({ to: address, abi: erc20Abi, functionName: 'symbol' })),
  ])
  return Read.andThen(read, ([decimals, symbol]) =>
    decimals > MAX_DECIMALS
      ? Read.fail({ status: 'unavailable', reason: `${symbolOf(symbol, address)} has ${decimals} decimals` })
      : Read.succeed({ chainId, address, symbol: symbolOf(symbol, address), decimals }),
  )
}

/** Old tokens answer with `bytes32`, hostile ones with control characters: an address always tells what it is. */
export function symbolOf(symbol: ReadResult<string>, address: Address): string {
  const printable = symbol.status === 'ok' ? redact(symbol.value).replace(/\s+/g, ' ').trim() : ''
  return printable === '' || printable.length > 32 ? `${address.slice(0, 6)}…${address.slice(-4)}` : printable
}

/** The address, unless it is zero: then there is no such thing. */
export function present(address: Address): Address | undefined {
  return isAddressEqual(address, zeroAddress) ? undefined : address
}
