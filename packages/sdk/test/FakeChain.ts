import {
  type Abi,
  type Address,
  type CustomTransport,
  custom,
  decodeFunctionData,
  encodeFunctionResult,
  type Hex,
  multicall3Abi,
  parseAbi,
} from 'viem'
import { MULTICALL3 } from '../src/reads/requestCalls.ts'

const IDENTITY = '0x0000000000000000000000000000000000000004'
const ARB_SYS = '0x0000000000000000000000000000000000000064'
const headAbi = parseAbi([
  'function getChainId() view returns (uint256)',
  'function getBlockNumber() view returns (uint256)',
  'function getCurrentBlockTimestamp() view returns (uint256)',
])
const arbSysAbi = parseAbi(['function arbBlockNumber() view returns (uint256)'])

/** What a contract answers to calldata: return data, or nothing where it has no code. */
export type Contract = (data: Hex) => Hex

/** Thrown by a contract: its revert data. */
export class Revert extends Error {
  override readonly name = 'Revert'
  readonly data: Hex
  constructor(data: Hex = '0x') {
    super('reverted')
    this.data = data
  }
}

/** A contract from an ABI and plain functions. */
export function contract<const abi extends Abi>(
  abi: abi,
  functions: Readonly<Record<string, (...args: readonly never[]) => unknown>>,
): Contract {
  return (data) => {
    const { functionName, args = [] } = decodeFunctionData({ abi: abi as Abi, data })
    const answer = functions[functionName]
    if (answer === undefined) throw new Revert()
    return encodeFunctionResult({ abi: abi as Abi, functionName, result: answer(...(args as never[])) })
  }
}

/** One request as the node gets it. */
export type Request = { readonly method: string; readonly params: readonly unknown[] }

/** A chain in memory, behind an EIP-1193 provider. Change its fields to change what it does. */
export class FakeChain {
  readonly requests: Request[] = []
  chainId: number
  number = 1_000n
  timestamp = 1_700_000_000n
  /** By address in lower case. */
  readonly contracts = new Map<string, Contract>()
  /** Stands between the node and who asks: delays, mutates, refuses. */
  intercept: (answer: () => unknown, request: Request) => unknown = (answer) => answer()

  constructor({ chainId }: { readonly chainId: number }) {
    this.chainId = chainId
    const head = contract(headAbi, {
      getChainId: () => BigInt(this.chainId),
      getBlockNumber: () => this.number,
      getCurrentBlockTimestamp: () => this.timestamp,
    })
    this.set(MULTICALL3, head)
    this.set(IDENTITY, (data) => data)
  }

  set(address: Address, answer: Contract): void {
    this.contracts.set(address.toLowerCase(), answer)
  }

  /** As on Arbitrum: `block.number` is another chain's, ArbSys knows the own one. */
  actAsNitro(number: bigint): void {
    this.set(ARB_SYS, contract(arbSysAbi, { arbBlockNumber: () => number }))
  }

  get transport(): CustomTransport {
    return custom({ request: (request: Request) => this.#request(request) }, { retryCount: 0 })
  }

  async #request(request: Request): Promise<unknown> {
    this.requests.push(request)
    return this.intercept(() => this.#answer(request), request)
  }

  #answer({ method, params }: Request): Hex {
    if (method !== 'eth_call') throw new Error(`the fake chain does not know ${method}`)
    const [{ to, data }] = params as readonly [{ readonly to: Address; readonly data: Hex }]
    if (to.toLowerCase() !== MULTICALL3.toLowerCase()) return this.#call(to, data).returnData
    const { args } = decodeFunctionData({ abi: multicall3Abi, data })
    const calls = args[0] as readonly { readonly target: Address; readonly callData: Hex }[]
    const result = calls.map(({ target, callData }) => this.#call(target, callData))
    return encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result })
  }

  #call(to: Address, data: Hex): { readonly success: boolean; readonly returnData: Hex } {
    try {
      return { success: true, returnData: this.contracts.get(to.toLowerCase())?.(data) ?? '0x' }
    } catch (error) {
      if (error instanceof Revert) return { success: false, returnData: error.data }
      throw error
    }
  }
}
