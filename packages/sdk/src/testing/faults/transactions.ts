import { isHex, keccak256, numberToHex } from 'viem'
import type { RpcAnswer } from '../rpc/RpcBackend.ts'
import type { Fault } from './Fault.ts'
import * as HexTree from './HexTree.ts'
import * as Seed from './Seed.ts'

/** No logs, whatever happened: an empty result is no proof that nothing did. */
export function emptyLogs(): Fault {
  return onResult('empty-logs', ['eth_getLogs'], () => [])
}

/** Some of the logs are missing, and at least one: the seed chooses. */
export function droppedLogs({ seed = 0 }: { readonly seed?: number } = {}): Fault {
  return onResult('dropped-logs', ['eth_getLogs'], (logs) => {
    if (!Array.isArray(logs)) return logs
    const lost = Seed.below(logs.length, seed)
    return logs.filter((_, index) => index !== lost && Seed.below(2, seed, index + 1) === 0)
  })
}

/** The opposite of how a transaction ended: a failed one succeeded, a successful one failed. */
export function lyingReceipt(): Fault {
  return onResult('lying-receipt', ['eth_getTransactionReceipt'], (receipt) =>
    HexTree.mapFields(receipt, ['status'], (status) => (BigInt(status) === 0n ? '0x1' : '0x0')),
  )
}

/** A receipt without its logs: the transaction succeeded, and nothing seems to have come of it. */
export function receiptWithoutLogs(): Fault {
  return onResult('receipt-without-logs', ['eth_getTransactionReceipt'], (receipt) =>
    typeof receipt === 'object' && receipt !== null ? { ...receipt, logs: [] } : receipt,
  )
}

/** Has never heard of the transaction. */
export function missingReceipt(): Fault {
  return onResult('missing-receipt', ['eth_getTransactionReceipt', 'eth_getTransactionByHash'], () => null)
}

/** Gas and fees so many times as high: a wallet that pays what the node says is drained. */
export function absurdFees({ times = 1_000n }: { readonly times?: bigint } = {}): Fault {
  const methods = ['eth_estimateGas', 'eth_gasPrice', 'eth_maxPriorityFeePerGas', 'eth_feeHistory']
  return onResult('absurd-fees', methods, (result) => {
    const raised = (hex: string) => HexTree.quantity(BigInt(hex) * times)
    if (typeof result !== 'object' || result === null) return HexTree.map(result, raised)
    const { oldestBlock, ...fees } = result as { readonly oldestBlock?: unknown }
    return { ...Object(HexTree.map(fees, raised)), oldestBlock }
  })
}

/** Gives the hash of a transaction and keeps it to itself: nobody else ever hears of it. */
export function lostTransaction(): Fault {
  return {
    kind: 'lost-transaction',
    ask: (request) =>
      request.method === 'eth_sendRawTransaction' ? { method: 'eth_blockNumber', params: [] } : request,
    answer: (answer, { request }) => {
      const [raw] = request.params
      const isSent = request.method === 'eth_sendRawTransaction' && isHex(raw)
      return isSent ? { status: 'result', result: keccak256(raw) } : answer
    },
  }
}

/** Sends the transaction, and gives another hash for it, which will never have a receipt. */
export function wrongTransactionHash({ seed = 0 }: { readonly seed?: number } = {}): Fault {
  return onResult('wrong-transaction-hash', ['eth_sendRawTransaction'], () =>
    keccak256(numberToHex(seed >>> 0, { size: 4 })),
  )
}

/** Sends the transaction, and says that it did not: who believes it sends twice. */
export function refusedAfterSending(): Fault {
  return {
    kind: 'refused-after-sending',
    answer: (answer, { request }): RpcAnswer =>
      request.method === 'eth_sendRawTransaction'
        ? { status: 'error', code: -32_000, message: 'transaction underpriced' }
        : answer,
  }
}

function onResult(kind: string, methods: readonly string[], change: (result: unknown) => unknown): Fault {
  return {
    kind,
    answer: (answer, { request }) =>
      answer.status === 'result' && methods.includes(request.method)
        ? { status: 'result', result: change(answer.result) }
        : answer,
  }
}
