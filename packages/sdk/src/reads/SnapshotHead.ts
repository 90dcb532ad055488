import type { Block } from '../model/Block.ts'
import type { Address } from '../model/Hex.ts'
import * as Read from './Read.ts'

/** Nitro chains, where `block.number` is the L1's: Arbitrum One, Nova and Sepolia. */
const NITRO_CHAINS: readonly number[] = [42_161, 42_170, 421_614]

/** Nitro's precompile that knows the chain's own block number. */
const ARB_SYS: Address = '0x0000000000000000000000000000000000000064'

const MAX_UINT64 = 2n ** 64n - 1n

/**
 * The read that leads a snapshot: it proves, in the same `eth_call`, which chain and which block the rest belongs to.
 *
 * Multicall3 is asked for the chain id, the block number and its time. On Arbitrum's chains the number comes from ArbSys,
 * because `block.number` is the L1's there. A local node that only bears Arbitrum's chain id has no ArbSys; then
 * `block.number` is the chain's own.
 */
export function read(chainId: number, multicall3: Address): Read.Read<Block> {
  const nitroNumber = NITRO_CHAINS.includes(chainId) ? readNitroNumber() : Read.succeed(undefined)
  return Read.andThen(
    Read.all([
      Read.call({ to: multicall3, abi: headAbi, functionName: 'getChainId' }),
      Read.call({ to: multicall3, abi: headAbi, functionName: 'getBlockNumber' }),
      Read.call({ to: multicall3, abi: headAbi, functionName: 'getCurrentBlockTimestamp' }),
      nitroNumber,
    ]),
    ([answeredId, evmNumber, timestamp, nitro]) => {
      const number = nitro ?? evmNumber
      if (answeredId !== BigInt(chainId)) {
        return Read.fail({
          status: 'unavailable',
          reason: `the node is on another chain: ${answeredId} instead of ${chainId}`,
        })
      }
      if (number > MAX_UINT64 || timestamp > MAX_UINT64) {
        return Read.fail({ status: 'unavailable', reason: 'the node names a block that cannot exist' })
      }
      return Read.succeed({ chainId, number, timestamp })
    },
  )
}

/** The number that ArbSys gives, or `undefined` where nobody stands. Any other failure is one: the L1's number is no substitute. */
function readNitroNumber(): Read.Read<bigint | undefined> {
  const read = Read.call({ to: ARB_SYS, abi: arbSysAbi, functionName: 'arbBlockNumber' })
  return {
    calls: read.calls,
    decode: ([result]) =>
      result?.status === 'ok' && result.value === '0x'
        ? { status: 'ok', value: undefined }
        : read.decode(result === undefined ? [] : [result]),
  }
}

const uint256 = [{ type: 'uint256' }] as const
const view = { type: 'function', stateMutability: 'view', inputs: [], outputs: uint256 } as const
const headAbi = [
  { ...view, name: 'getChainId' },
  { ...view, name: 'getBlockNumber' },
  { ...view, name: 'getCurrentBlockTimestamp' },
] as const
const arbSysAbi = [{ ...view, name: 'arbBlockNumber' }] as const
