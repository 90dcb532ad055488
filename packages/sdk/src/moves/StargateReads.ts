import type { Address, Hex } from '../model/Hex.ts'
import * as Read from '../reads/Read.ts'

/** Reads of Stargate V2's pools: pure, to be joined into snapshots. */

const abi = [
  {
    type: 'function',
    name: 'unreceivedTokens',
    stateMutability: 'view',
    inputs: [{ type: 'bytes32' }, { type: 'uint8' }],
    outputs: [{ type: 'bytes32' }],
  },
] as const

/** A taxi has one passenger. */
const SEAT = 0

/** Hash of what a pool could not pay out and keeps for whoever retries it; zero if there is nothing. */
export function unreceivedTokens(pool: Address, guid: Hex) {
  return Read.call({ to: pool, abi, functionName: 'unreceivedTokens', args: [guid, SEAT] })
}
