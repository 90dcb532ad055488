import type { Block } from '../model/Block.ts'
import type { Address, Hex } from '../model/Hex.ts'
import * as Read from './Read.ts'

/** Nitro chains, where `block.number` is the L1's: Arbitrum One, Nova and Sepolia. */
const NITRO_CHAINS: readonly number[] = [42_161, 42_170, 421_614]

/** Nitro's precompile that knows the chain's own block number. */
const ARB_SYS: Address = '0x0000000000000000000000000000000000000064'

/** The precompile that answers what it is asked. */
const IDENTITY: Address = '0x0000000000000000000000000000000000000004'

const MAX_UINT64 = 2n ** 64n - 1n

/** Selectors of Multicall3: `aggregate3`, and without its prefix `getChainId`. */
const AGGREGATE = '0x82ad56cb'
const GET_CHAIN_ID = '3408e470'

let asked = 0n

/**
 * The read that leads a snapshot: it proves, in the same `eth_call`, which chain and which block the rest belongs to.
 *
 * Multicall3 is asked for the chain id, the block number and its time. On Arbitrum's chains the number comes from ArbSys,
 * because `block.number` is the L1's there. A local node that only bears Arbitrum's chain id has no ArbSys; then
 * `block.number` is the chain's own.
 *
 * Every head also asks the identity precompile to repeat a number that no other request has, so that an answer to another
 * request (mixed up on the way, or from a cache that is too old) is none to this one. It is no proof against a node that
 * lies on purpose. Chains without the precompile answer nothing there, and are believed without it.
 */
export function read(chainId: number, multicall3: Address): Read.Read<Block> {
  const nitroNumber = NITRO_CHAINS.includes(chainId) ? readNitroNumber() : Read.succeed(undefined)
  return Read.andThen(
    Read.all([
      Read.call({ to: multicall3, abi: headAbi, functionName: 'getChainId' }),
      Read.call({ to: multicall3, abi: headAbi, functionName: 'getBlockNumber' }),
      Read.call({ to: multicall3, abi: headAbi, functionName: 'getCurrentBlockTimestamp' }),
      nitroNumber,
      readEcho(),
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

/** What an answer to this very request repeats. */
function readEcho(): Read.Read<undefined> {
  asked += 1n
  // The time tells processes apart that share a cache.
  const word: Hex = `0x${((BigInt(Date.now()) << 64n) + asked).toString(16).padStart(64, '0')}`
  return {
    calls: [{ to: IDENTITY, data: word }],
    decode: ([result]) =>
      result?.status === 'ok' && (result.value === word || result.value === '0x')
        ? { status: 'ok', value: undefined }
        : { status: 'unavailable', reason: 'the node answered another request' },
  }
}

/** Whether a request is one that such a head leads: its answer proves the chain by itself. */
export function leads({ method, params }: { readonly method: string; readonly params: readonly unknown[] }): boolean {
  const [call] = params
  if (method !== 'eth_call' || typeof call !== 'object' || call === null || !('data' in call)) return false
  const { data } = call
  if (typeof data !== 'string' || !data.startsWith(AGGREGATE)) return false
  // By words: where the list begins, its length, one offset per call; then target, flag and offset of the first call.
  const words = data.slice(AGGREGATE.length)
  const count = Number.parseInt(words.slice(64, 128), 16)
  const first = words.slice((2 + count + 3) * 64).slice(0, 128)
  return first.startsWith(`${'4'.padStart(64, '0')}${GET_CHAIN_ID}`)
}

const uint256 = [{ type: 'uint256' }] as const
const view = { type: 'function', stateMutability: 'view', inputs: [], outputs: uint256 } as const
const headAbi = [
  { ...view, name: 'getChainId' },
  { ...view, name: 'getBlockNumber' },
  { ...view, name: 'getCurrentBlockTimestamp' },
] as const
const arbSysAbi = [{ ...view, name: 'arbBlockNumber' }] as const
