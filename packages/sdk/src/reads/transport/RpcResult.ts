import { keccak256 } from 'viem'
import type { Hex } from '../../model/Hex.ts'

/** What is asked of a node. */
export type RpcRequest = { readonly method: string; readonly params: readonly unknown[] }

/** What is wrong with a value, in our own words; `undefined` when it is as it should be. */
type Check = (value: unknown, params: readonly unknown[]) => string | undefined

// Not by the flag for both cases: nothing that decodes hex knows a prefix of `0X`.
const DATA = /^0x(?:[0-9a-fA-F]{2})*$/
const QUANTITY = /^0x[0-9a-fA-F]{1,64}$/
const UINT64 = /^0x0*[0-9a-fA-F]{1,16}$/
const HASH = /^0x[0-9a-fA-F]{64}$/
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const MAX_DEPTH = 32

/**
 * Says what is wrong with the result of a request: numbers that are none or do not fit, half bytes, hashes of another
 * length, blocks, receipts and transactions of others than those asked for. Methods that nobody here knows may answer any
 * JSON that is not too deep.
 */
export function problemOf({ method, params }: RpcRequest, result: unknown): string | undefined {
  const check = Object.hasOwn(checks, method) ? checks[method] : undefined
  return (check ?? plain)(result, params)
}

const matching =
  (pattern: RegExp, what: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : what
const quantity = matching(QUANTITY, 'no number of at most 256 bits')
const uint64 = matching(UINT64, 'no number of at most 64 bits')
const data = matching(DATA, 'no whole bytes in hex')
const hash = matching(HASH, 'no hash')
const address = matching(ADDRESS, 'no address')

const orNull =
  (check: Check): Check =>
  (value, params) =>
    value === null ? undefined : check(value, params)
/** For fields that chains and clients leave out. */
const optional =
  (check: Check): Check =>
  (value, params) =>
    value === undefined || value === null ? undefined : check(value, params)
const listOf =
  (check: Check): Check =>
  (value, params) => {
    if (!Array.isArray(value)) return 'no list'
    for (const entry of value) {
      const problem = check(entry, params)
      if (problem !== undefined) return problem
    }
    return undefined
  }
/** An object with these fields of its own; what else it has is nobody's business. */
const fields = (shape: Readonly<Record<string, Check>>): Check => {
  const entries = Object.entries(shape)
  return (value, params) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no object'
    if (Object.hasOwn(value, '__proto__')) return 'an object with `__proto__`'
    for (const [name, check] of entries) {
      const problem = check(Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined, params)
      if (problem !== undefined) return `${name}: ${problem}`
    }
    return undefined
  }
}
const all =
  (...list: readonly Check[]): Check =>
  (value, params) => {
    for (const check of list) {
      const problem = check(value, params)
      if (problem !== undefined) return problem
    }
    return undefined
  }
/** Fields that need not be there, of one kind. */
const optionals = (check: Check, ...names: readonly string[]): Readonly<Record<string, Check>> =>
  Object.fromEntries(names.map((name) => [name, optional(check)]))
/** That a field of the result is what the request asked for. */
const answers =
  (name: string, what: string, asked: (params: readonly unknown[]) => unknown = ([first]) => first): Check =>
  (value, params) => {
    const wanted = asked(params)
    if (typeof value !== 'object' || value === null || typeof wanted !== 'string') return undefined
    const given: unknown = Reflect.get(value, name)
    return typeof given === 'string' && sameHex(given, wanted) ? undefined : `another ${what} than asked`
  }

function sameHex(one: string, other: string): boolean {
  if (one.toLowerCase() === other.toLowerCase()) return true
  return UINT64.test(one) && UINT64.test(other) && BigInt(one) === BigInt(other)
}

const transaction = fields({
  hash,
  ...optionals(hash, 'blockHash'),
  ...optionals(address, 'from', 'to'),
  ...optionals(data, 'input'),
  ...optionals(uint64, 'gas', 'nonce', 'blockNumber', 'transactionIndex', 'type'),
  ...optionals(quantity, 'value', 'chainId', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas', 'v', 'r', 's'),
})
const block = fields({
  // A pending block has neither.
  number: orNull(uint64),
  hash: orNull(hash),
  timestamp: uint64,
  ...optionals(hash, 'parentHash', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'mixHash', 'sha3Uncles'),
  ...optionals(address, 'miner'),
  ...optionals(data, 'nonce', 'extraData', 'logsBloom'),
  ...optionals(quantity, 'baseFeePerGas', 'gasLimit', 'gasUsed', 'size', 'difficulty', 'totalDifficulty'),
  transactions: optional(
    listOf((value, params) => (typeof value === 'string' ? hash(value, params) : transaction(value, params))),
  ),
})
const isNumber: Check = (value, [asked]) =>
  asked === 'pending' || typeof value !== 'object' || value === null || Reflect.get(value, 'hash') !== null
    ? undefined
    : 'no hash'
const log = fields({
  address,
  topics: (value, params) =>
    Array.isArray(value) && value.length > 4 ? 'more than four topics' : listOf(hash)(value, params),
  data,
  ...optionals(hash, 'blockHash', 'transactionHash'),
  ...optionals(uint64, 'blockNumber', 'transactionIndex', 'logIndex'),
})
const receipt = fields({
  transactionHash: hash,
  blockNumber: uint64,
  status: optional(matching(/^0x[01]$/, 'no status')),
  ...optionals(hash, 'blockHash'),
  ...optionals(address, 'from', 'to', 'contractAddress'),
  ...optionals(uint64, 'transactionIndex', 'type'),
  ...optionals(quantity, 'gasUsed', 'cumulativeGasUsed', 'effectiveGasPrice'),
  logs: optional(listOf(log)),
})
const feeHistory = fields({
  oldestBlock: quantity,
  baseFeePerGas: optional(listOf(quantity)),
  gasUsedRatio: optional(listOf((value) => (typeof value === 'number' && value >= 0 ? undefined : 'no ratio'))),
  reward: optional(listOf(orNull(listOf(quantity)))),
})

/** A signed transaction has one hash, whatever the node says. */
const sentHash: Check = (value, params) => {
  const [raw] = params
  const problem = hash(value, params)
  if (problem !== undefined || !isBytes(raw)) return problem
  return String(value).toLowerCase() === keccak256(raw) ? undefined : 'the hash of another transaction'
}

function isBytes(value: unknown): value is Hex {
  return typeof value === 'string' && DATA.test(value)
}

/** Any JSON that is not too deep and leaves prototypes alone. */
const plain: Check = (value) => {
  let level: readonly unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return 'nested too deep'
    const objects = level.filter((entry): entry is object => typeof entry === 'object' && entry !== null)
    if (objects.some((entry) => Object.hasOwn(entry, '__proto__'))) return 'an object with `__proto__`'
    level = objects.flatMap((entry): readonly unknown[] => Object.values(entry))
  }
  return value === undefined ? 'nothing' : undefined
}

const checks: Readonly<Record<string, Check>> = {
  eth_chainId: uint64,
  eth_blockNumber: uint64,
  eth_gasPrice: quantity,
  eth_maxPriorityFeePerGas: quantity,
  eth_blobBaseFee: quantity,
  eth_estimateGas: uint64,
  eth_getBalance: quantity,
  eth_getTransactionCount: uint64,
  eth_call: data,
  eth_getCode: data,
  eth_getStorageAt: quantity,
  eth_sendRawTransaction: sentHash,
  eth_sendTransaction: hash,
  eth_getBlockByNumber: orNull(
    all(
      block,
      isNumber,
      answers('number', 'block', ([tag]) => (isTag(tag) ? undefined : tag)),
    ),
  ),
  eth_getBlockByHash: orNull(all(block, isNumber, answers('hash', 'block'))),
  eth_getTransactionByHash: orNull(all(transaction, answers('hash', 'transaction'))),
  eth_getTransactionReceipt: orNull(all(receipt, answers('transactionHash', 'transaction'))),
  eth_getLogs: listOf(log),
  eth_feeHistory: feeHistory,
}

function isTag(value: unknown): boolean {
  return typeof value === 'string' && !value.startsWith('0x')
}
