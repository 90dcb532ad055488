import { keccak256, stringToBytes } from 'viem'

/**
 * What of an answer two nodes have to agree on. Clients and operators add fields of their own to blocks, receipts, logs and
 * transactions; what is not compared is not passed on either, because one node alone says it.
 */

const LOG = ['address', 'topics', 'data', 'blockNumber', 'blockHash', 'transactionHash', 'transactionIndex', 'logIndex']
const TRANSACTION = [
  ...['hash', 'blockHash', 'blockNumber', 'transactionIndex', 'from', 'to', 'input', 'value', 'gas', 'nonce', 'type'],
  ...['chainId', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas', 'accessList', 'v', 'r', 's'],
]
const BLOCK = [
  ...['number', 'hash', 'parentHash', 'timestamp', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom'],
  ...['miner', 'extraData', 'gasLimit', 'gasUsed', 'baseFeePerGas', 'transactions'],
]
const RECEIPT = [
  ...['transactionHash', 'transactionIndex', 'blockHash', 'blockNumber', 'from', 'to', 'contractAddress', 'status'],
  ...['type', 'gasUsed', 'cumulativeGasUsed', 'effectiveGasPrice', 'logs'],
]

/** The part of a result that is compared, in one order. Takes any checked result. */
export function comparable(method: string, result: unknown): unknown {
  switch (method) {
    case 'eth_getBlockByNumber':
    case 'eth_getBlockByHash':
      return pick(result, BLOCK, { transactions: list((entry) => pick(entry, TRANSACTION)) })
    case 'eth_getTransactionByHash':
      return pick(result, TRANSACTION)
    case 'eth_getTransactionReceipt':
      return pick(result, RECEIPT, { logs: logs })
    case 'eth_getLogs':
      return logs(result)
    case 'eth_simulateV1':
      // The blocks are made up, and each client makes up others.
      return list((block) => pick(block, ['calls'], { calls: list(simulatedCall) }))(result)
    default:
      return result
  }
}

/** A text that is the same for results that say the same: sorted keys, lower-case hex. */
export function keyOf(value: unknown): string {
  // Almost all of what is compared, and megabytes of it.
  if (typeof value === 'string') return `"${lower(value)}"`
  return JSON.stringify(value, (_name, entry: unknown) => {
    if (typeof entry === 'string') return lower(entry)
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
    return Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}

/** What an operator said, short enough to be printed: a number or a hash as it is, the rest as a digest. */
export function summaryOf(key: string): string {
  if (/^(?:null|"0x[\da-f]{0,66}")$/.test(key)) return key.replaceAll('"', '')
  return `${key.length} characters with digest ${keccak256(stringToBytes(key)).slice(0, 18)}`
}

type Project = (value: unknown) => unknown

function pick(value: unknown, names: readonly string[], inner: Readonly<Record<string, Project>> = {}): unknown {
  if (typeof value !== 'object' || value === null) return value
  const present = names.filter((name) => Object.hasOwn(value, name))
  return Object.fromEntries(
    present.map((name) => {
      const field: unknown = Reflect.get(value, name)
      return [name, inner[name] === undefined ? field : inner[name](field)]
    }),
  )
}

const list =
  (project: Project): Project =>
  (value) =>
    Array.isArray(value) ? value.map(project) : value

const simulatedCall: Project = (call) =>
  pick(call, ['status', 'returnData', 'gasUsed', 'logs', 'error'], {
    logs: list((log) => pick(log, ['address', 'topics', 'data'])),
    error: (error) => pick(error, ['data']),
  })

function logs(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const place = (log: unknown): readonly bigint[] =>
    ['blockNumber', 'logIndex'].map((name) => {
      const field: unknown = typeof log === 'object' && log !== null ? Reflect.get(log, name) : undefined
      return typeof field === 'string' ? BigInt(field) : -1n
    })
  const placed = value.map((log) => ({ log: pick(log, LOG), at: place(log) }))
  return placed.sort((one, other) => compare(one.at, other.at)).map(({ log }) => log)
}

function compare(one: readonly bigint[], other: readonly bigint[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? -1n
    if (value !== against) return value < against ? -1 : 1
  }
  return 0
}

function lower(text: string): string {
  return text.startsWith('0x') || text.startsWith('0X') ? text.toLowerCase() : text
}
