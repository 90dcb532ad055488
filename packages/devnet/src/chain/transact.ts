import { setTimeout as sleep } from 'node:timers/promises'
import { type Abi, type Address, type Hex, numberToHex } from 'viem'
import { ReceiptTimeoutError } from '../errors/ReceiptTimeoutError.ts'
import { TransactionFailedError } from '../errors/TransactionFailedError.ts'
import * as Node from './Node.ts'
import * as Rpc from './Rpc.ts'
import { reasonText } from './reasonText.ts'
import type { Transaction } from './Transaction.ts'

export type Log = { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex }

export type Receipt = {
  readonly transactionHash: Hex
  readonly blockNumber: Hex
  readonly gasUsed: Hex
  readonly status: Hex
  readonly logs: readonly Log[]
}

const FEE_CAP = 1_000_000_000_000n
const TIP = 2_000_000_000n
const RECEIPT_TIMEOUT = 10_000

/**
 * Mines transactions together, in their order, in one block, so that a chain's clock does not run ahead of the others'.
 * Their senders must be impersonated. Whatever else waits is mined with them.
 *
 * @throws TransactionFailedError for the first that is refused or reverts; the others are mined nevertheless.
 */
export function transact(node: Node.Node, transactions: readonly Transaction[]): Promise<readonly Receipt[]> {
  return node.mining(async () => {
    if (transactions.length === 0) return []
    const nonces = await nextNonces(node, transactions)
    await Node.request(node, 'evm_setAutomine', [false])
    let answers: readonly Rpc.RpcResult[]
    try {
      answers = await Rpc.batch(
        node.rpcUrl,
        transactions.map((transaction, index) => ({
          method: 'eth_sendTransaction',
          params: [encode(transaction, nonces[index] ?? 0, index)],
        })),
      )
    } finally {
      // In this order, so that nothing is left waiting that arrived in between.
      await Node.request(node, 'evm_setAutomine', [true])
      await Node.request(node, 'evm_mine', [])
    }
    const receipts: Receipt[] = []
    for (const [index, transaction] of transactions.entries()) {
      const { label } = transaction
      const answer = answers[index]
      if (answer?.status !== 'ok') {
        throw new TransactionFailedError({ chainId: node.chainId, label, reason: answer?.reason ?? 'no answer' })
      }
      receipts.push(await successful(node, transaction, answer.result as Hex))
    }
    return receipts
  })
}

/**
 * Sends one transaction the ordinary way and waits until it is mined. It may have reverted: see `status`.
 *
 * @throws DevnetRpcError, ReceiptTimeoutError
 */
export async function sendAndWait(node: Node.Node, transaction: Transaction): Promise<Receipt> {
  const { from, to, data, value, gas } = transaction
  const hash = await Node.request(node, 'eth_sendTransaction', [
    { from, to, data, value: numberToHex(value ?? 0n), gas: numberToHex(gas) },
  ])
  return receiptOf(node, hash as Hex)
}

async function nextNonces(node: Node.Node, transactions: readonly Transaction[]): Promise<readonly number[]> {
  const senders = [...new Set(transactions.map(({ from }) => from))]
  const counts = await Rpc.batch(
    node.rpcUrl,
    senders.map((from) => ({ method: 'eth_getTransactionCount', params: [from, 'pending'] })),
  )
  const next = new Map(senders.map((from, index) => [from, countOf(counts[index])]))
  return transactions.map(({ from }) => {
    const nonce = next.get(from) ?? 0
    next.set(from, nonce + 1)
    return nonce
  })
}

function countOf(answer: Rpc.RpcResult | undefined): number {
  return answer?.status === 'ok' ? Number(answer.result) : 0
}

/** Falling tips keep the order within the block, whoever sends. */
function encode({ from, to, data, value, gas }: Transaction, nonce: number, index: number): object {
  return {
    from,
    ...(to === undefined ? {} : { to }),
    data,
    value: numberToHex(value ?? 0n),
    gas: numberToHex(gas),
    nonce: numberToHex(nonce),
    maxFeePerGas: numberToHex(FEE_CAP),
    maxPriorityFeePerGas: numberToHex(TIP - BigInt(index)),
  }
}

async function successful(node: Node.Node, transaction: Transaction, hash: Hex): Promise<Receipt> {
  const receipt = await receiptOf(node, hash)
  if (receipt.status === '0x1') return receipt
  const { label, abi } = transaction
  throw new TransactionFailedError({ chainId: node.chainId, label, hash, reason: await revertReason(node, hash, abi) })
}

/** Polled here: waiting for receipts by subscription has been seen to hang on automining chains. */
async function receiptOf(node: Node.Node, hash: Hex): Promise<Receipt> {
  const deadline = Date.now() + RECEIPT_TIMEOUT
  for (;;) {
    const receipt = await Node.request(node, 'eth_getTransactionReceipt', [hash])
    if (receipt !== null) return receipt as Receipt
    if (Date.now() > deadline) throw new ReceiptTimeoutError({ chainId: node.chainId, hash })
    await sleep(5)
  }
}

async function revertReason(node: Node.Node, hash: Hex, abi: Abi = []): Promise<string> {
  const trace = await Node.request(node, 'debug_traceTransaction', [hash, { tracer: 'callTracer' }])
  const { error = 'reverted', output } = trace as { readonly error?: string; readonly output?: Hex }
  return output === undefined || output === '0x' ? error : reasonText(output, abi)
}
