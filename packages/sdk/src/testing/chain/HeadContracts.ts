import { encodeAbiParameters, parseAbi } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import { decodedCall } from './decodedCall.ts'
import type { MockBlock, MockCall } from './MockPart.ts'
import { MockRevert } from './MockRevert.ts'

/** What stands on a chain without anybody's doing: precompiles, and Multicall3. */

/** Gives back what it gets. */
export const IDENTITY: Address = '0x0000000000000000000000000000000000000004'
export const ARB_SYS: Address = '0x0000000000000000000000000000000000000064'

const NODE_INTERFACE = '0x00000000000000000000000000000000000000c8'
const GAS_PRICE_ORACLES: readonly string[] = [
  '0x420000000000000000000000000000000000000f',
  '0x5300000000000000000000000000000000000002',
]
const GET_L1_FEE = '0x49948e0e'
const GET_OPERATOR_FEE = '0x275aedd2'
const GAS_ESTIMATE_L1_COMPONENT = '0x77d488a2'

/** Nitro chains, where `block.number` is that of the L1: Arbitrum One, Nova and Sepolia. */
export const NITRO_CHAINS: readonly number[] = [42_161, 42_170, 421_614]

const multicallAbi = parseAbi([
  'struct Call3 { address target; bool allowFailure; bytes callData; }',
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3(Call3[] calls) payable returns (Result[] returnData)',
  'function getChainId() view returns (uint256)',
  'function getBlockNumber() view returns (uint256)',
  'function getCurrentBlockTimestamp() view returns (uint256)',
  'function getEthBalance(address account) view returns (uint256)',
])
const AGGREGATE3 = '0x82ad56cb'
const arbSysAbi = parseAbi([
  'function arbBlockNumber() view returns (uint256)',
  'function arbChainID() view returns (uint256)',
])

/** A Nitro chain's block as its contracts see it: with a plausible number of the L1, so that nobody takes it for the chain's own. */
export function onNitro(at: MockBlock): MockBlock {
  return { ...at, evmNumber: 20_000_000n + at.number / 48n }
}

/** How calls inside of a call are run, and what accounts hold. */
export type Inside = {
  readonly run: (call: MockCall) => Hex
  readonly balanceOf: (account: Address, call: MockCall) => bigint
}

/** Multicall3 at a block; `undefined` for a function that it does not have here. */
export function multicall3(call: MockCall, at: MockBlock, { run, balanceOf }: Inside): Hex | undefined {
  const joined = joinedCalls(call.data)
  if (joined !== undefined) return aggregate3(joined, call, run)
  const asked = decodedCall(multicallAbi, call.data)
  switch (asked?.functionName) {
    case 'aggregate3':
      return aggregate3(asked.args[0], call, run)
    case 'getChainId':
      return word(BigInt(at.chainId))
    case 'getBlockNumber':
      return word(at.evmNumber ?? at.number)
    case 'getCurrentBlockTimestamp':
      return word(at.timestamp)
    case 'getEthBalance':
      return word(balanceOf(asked.args[0], call))
    default:
      return undefined
  }
}

/** ArbSys, which knows a Nitro chain's own number; `undefined` for its other functions. */
export function arbSys(data: Hex, at: MockBlock): Hex | undefined {
  const asked = decodedCall(arbSysAbi, data)
  if (asked === undefined) return undefined
  return word(asked.functionName === 'arbBlockNumber' ? at.number : BigInt(at.chainId))
}

/** What a rollup says that it takes for data: nothing here. `undefined` for anything else. */
export function dataFee(to: Address, data: Hex): Hex | undefined {
  const selector = data.slice(0, 10).toLowerCase()
  if (GAS_PRICE_ORACLES.includes(to) && (selector === GET_L1_FEE || selector === GET_OPERATOR_FEE)) return word(0n)
  return to === NODE_INTERFACE && selector === GAS_ESTIMATE_L1_COMPONENT ? `0x${hexWord(0).repeat(3)}` : undefined
}

/**
 * The calls of an `aggregate3` as every encoder writes them, read by hand: a decoder for any type takes many times as long,
 * and views of a thousand owners have many thousands of calls. `undefined` for what is written in another way.
 */
function joinedCalls(data: Hex): readonly Call3[] | undefined {
  if (data.slice(0, 10).toLowerCase() !== AGGREGATE3) return undefined
  const hex = data.slice(10)
  const number = (position: number) => {
    const digits = hex.slice(position * 64, (position + 1) * 64)
    return /^0{56}[0-9a-fA-F]{8}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
  }
  if (number(0) !== 32) return undefined
  const count = number(1)
  const calls: Call3[] = []
  for (let index = 0; index < count; index++) {
    const begin = 2 + number(2 + index) / 32
    const length = number(begin + 3)
    const bytes = hex.slice((begin + 4) * 64, (begin + 4) * 64 + 2 * length)
    const target = hex.slice(begin * 64 + 24, (begin + 1) * 64)
    const isPlain = Number.isInteger(begin) && number(begin + 2) === 96 && bytes.length === 2 * length
    if (!isPlain || target.length !== 40) return undefined
    calls.push({ target: `0x${target}`, allowFailure: number(begin + 1) === 1, callData: `0x${bytes}` })
  }
  return calls.length === count ? calls : undefined
}

type Call3 = { readonly target: Address; readonly allowFailure: boolean; readonly callData: Hex }

function aggregate3(calls: readonly Call3[], { to }: MockCall, run: Inside['run']): Hex {
  const results = calls.map(({ target, allowFailure, callData }) => {
    try {
      return { success: true, returnData: run({ to: target, from: to, data: callData, value: 0n }) }
    } catch (error) {
      // What nobody mocked fails all of it: a zero in its place would be searched for hours.
      if (!(error instanceof MockRevert)) throw error
      if (!allowFailure) throw MockRevert.because('Multicall3: call failed')
      return { success: false, returnData: error.data }
    }
  })
  return encodeResults(results)
}

/** The ABI encoding of `(bool, bytes)[]`, by hand: an encoder for any type takes many times as long for thousands. */
function encodeResults(results: readonly { readonly success: boolean; readonly returnData: Hex }[]): Hex {
  const offsets: string[] = []
  const bodies: string[] = []
  let offset = results.length * 32
  for (const { success, returnData } of results) {
    const bytes = returnData.slice(2)
    const padded = bytes.padEnd(Math.ceil(bytes.length / 64) * 64, '0')
    const body = `${hexWord(success ? 1 : 0)}${hexWord(64)}${hexWord(bytes.length / 2)}${padded}`
    offsets.push(hexWord(offset))
    bodies.push(body)
    offset += body.length / 2
  }
  return `0x${hexWord(32)}${hexWord(results.length)}${offsets.join('')}${bodies.join('')}`
}

function hexWord(value: number): string {
  return value.toString(16).padStart(64, '0')
}

function word(value: bigint): Hex {
  return encodeAbiParameters([{ type: 'uint256' }], [value])
}
