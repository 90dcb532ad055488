import { numberToHex, zeroAddress } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import type { Inclusion, SealedBlock } from '../chain/createLedger.ts'
import { lowered } from '../chain/WorldState.ts'

/** Blocks, transactions, receipts and logs as nodes write them. */

/** Wei per gas that every block of a mocked chain asks for. */
export const BASE_FEE = 100_000_000n
export const PRIORITY_FEE = 1_000_000n
export const GAS_LIMIT = 30_000_000n

const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`
const NO_BLOOM: Hex = `0x${'00'.repeat(256)}`
/** Hash of an empty list of uncles. */
const NO_UNCLES = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

export function blockShape(sealed: SealedBlock, { full }: { readonly full: boolean }) {
  const { block, inclusions } = sealed
  return {
    number: numberToHex(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: numberToHex(block.timestamp),
    nonce: '0x0000000000000000',
    difficulty: '0x0',
    totalDifficulty: '0x0',
    sha3Uncles: NO_UNCLES,
    uncles: [],
    miner: zeroAddress,
    mixHash: ZERO_HASH,
    extraData: '0x',
    logsBloom: NO_BLOOM,
    stateRoot: ZERO_HASH,
    transactionsRoot: ZERO_HASH,
    receiptsRoot: ZERO_HASH,
    size: '0x200',
    gasLimit: numberToHex(GAS_LIMIT),
    gasUsed: numberToHex(inclusions.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)),
    baseFeePerGas: numberToHex(BASE_FEE),
    transactions: inclusions.map((inclusion, index) =>
      full ? transactionShape(sealed, index, inclusion) : inclusion.transaction.hash,
    ),
  }
}

export function transactionShape({ block }: SealedBlock, index: number, { transaction }: Inclusion) {
  const { hash, from, to, data, value, gas, nonce } = transaction
  return {
    hash,
    blockHash: block.hash,
    blockNumber: numberToHex(block.number),
    transactionIndex: numberToHex(index),
    from: lowered(from),
    to: lowered(to),
    input: data,
    value: numberToHex(value),
    gas: numberToHex(gas),
    nonce: numberToHex(nonce),
    chainId: numberToHex(block.chainId),
    type: '0x2',
    accessList: [],
    gasPrice: numberToHex(BASE_FEE + PRIORITY_FEE),
    maxFeePerGas: numberToHex(2n * BASE_FEE + PRIORITY_FEE),
    maxPriorityFeePerGas: numberToHex(PRIORITY_FEE),
    // Not kept: a mocked chain does not need them, and nobody verifies them.
    v: '0x0',
    r: '0x1',
    s: '0x1',
    yParity: '0x0',
  }
}

export function receiptShape(sealed: SealedBlock, index: number, { transaction, status, gasUsed }: Inclusion) {
  const before = sealed.inclusions.slice(0, index + 1).reduce((sum, inclusion) => sum + inclusion.gasUsed, 0n)
  return {
    transactionHash: transaction.hash,
    transactionIndex: numberToHex(index),
    blockHash: sealed.block.hash,
    blockNumber: numberToHex(sealed.block.number),
    from: lowered(transaction.from),
    to: lowered(transaction.to),
    contractAddress: null,
    status: status === 'success' ? '0x1' : '0x0',
    type: '0x2',
    gasUsed: numberToHex(gasUsed),
    cumulativeGasUsed: numberToHex(before),
    effectiveGasPrice: numberToHex(BASE_FEE + PRIORITY_FEE),
    logsBloom: NO_BLOOM,
    logs: logShapes(sealed).filter((log) => log.transactionHash === transaction.hash),
  }
}

/** All logs of a block, in their order. */
export function logShapes({ block, inclusions }: SealedBlock) {
  return inclusions
    .flatMap(({ transaction, logs }, index) => logs.map((log) => ({ log, index, hash: transaction.hash })))
    .map(({ log, index, hash }, logIndex) => ({
      address: lowered(log.address),
      topics: log.topics,
      data: log.data,
      blockHash: block.hash,
      blockNumber: numberToHex(block.number),
      transactionHash: hash,
      transactionIndex: numberToHex(index),
      logIndex: numberToHex(logIndex),
      removed: false,
    }))
}
