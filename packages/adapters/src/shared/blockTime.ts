import { type Address, MULTICALL3, type Read } from '@unimargin/sdk'
import { view } from './abi.ts'
import { readerOf } from './readerOf.ts'

const timeAbi = [view('getCurrentBlockTimestamp', [], 'uint256')] as const

/**
 * Time of the block that everything else is read at, in seconds since 1970: interest is accrued up to it. From Multicall3 in
 * the same call, so that no clock and no other block comes in. zkSync has its Multicall3 elsewhere.
 */
export function readBlockTime(multicall3: Address = MULTICALL3): Read.Read<bigint> {
  return readerOf(multicall3, timeAbi)('getCurrentBlockTimestamp')
}

/**
 * Number of the block as contracts see it (`block.number`; on Arbitrum's chains that is the L1's): for protocols that count
 * interest by blocks.
 */
export function readBlockNumber(multicall3: Address = MULTICALL3): Read.Read<bigint> {
  // Made here, so that an adapter without use for it does not carry it.
  return readerOf(multicall3, [view('getBlockNumber', [], 'uint256')])('getBlockNumber')
}
