import { numberToHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { Ledger } from '../chain/createLedger.ts'
import type { Machine } from '../chain/createMachine.ts'
import type { MockCall, MockTransaction } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { UnmockedCallError } from '../chain/UnmockedCallError.ts'
import * as WorldState from '../chain/WorldState.ts'
import { type Recording, recordedRequest } from '../record/Recording.ts'
import * as BlockReference from './BlockReference.ts'
import { findLogs } from './findLogs.ts'
import { intrinsicGas, usedGas } from './Gas.ts'
import * as Params from './Params.ts'
import type { RpcAnswer, RpcBackend } from './RpcBackend.ts'
import { NO_ANSWER, RpcFailure } from './RpcFailure.ts'
import { BASE_FEE, blockShape, PRIORITY_FEE, receiptShape, transactionShape } from './RpcShapes.ts'
import { signedTransaction } from './signedTransaction.ts'
import { unsignedHash } from './unsignedHash.ts'

/** Answers a method of its own; may be asynchronous, and may throw a `MockRevert`. */
export type MockMethod = (params: readonly unknown[]) => unknown

const ACCOUNT_METHODS: readonly string[] = ['eth_getBalance', 'eth_getTransactionCount', 'eth_getCode']

/** What answers JSON-RPC for a mocked chain. `include` puts a transaction into a block. */
export function createBackend({
  chainId,
  ledger,
  machine,
  include,
  methods,
  recording,
  onUnmocked,
}: {
  readonly chainId: number
  readonly ledger: Ledger
  readonly machine: Machine
  readonly include: (transaction: MockTransaction) => Hex
  readonly methods: Readonly<Record<string, MockMethod>>
  readonly recording: Recording | undefined
  readonly onUnmocked: (error: UnmockedCallError) => void
}): RpcBackend {
  const at = (reference: unknown) => BlockReference.resolve(ledger, reference)
  const simulated = ([asked, reference, overrides]: readonly unknown[]) => {
    if (overrides !== undefined) throw noOverrides()
    const { to } = Params.fields(asked, 'call')
    if (to === undefined || to === null) throw UnmockedCallError.noBytecode(chainId)
    const { block, state } = at(reference)
    const call = callOf(asked)
    assertFunds(call, state)
    return { call, data: machine.call(call, state, block) }
  }
  const blockAnswer = (found: ReturnType<typeof BlockReference.find>, full: unknown) =>
    found === undefined ? null : blockShape(found, { full: full === true })

  /** Refuses what nodes refuse before they take a transaction in. */
  const send = (transaction: MockTransaction): Hex => {
    const { state } = ledger.head
    const next = WorldState.nonceOf(state, transaction.from)
    const { nonce } = transaction
    if (ledger.byTransaction(transaction.hash) !== undefined) throw new RpcFailure(-32_000, 'already known')
    if (nonce !== next) {
      const words = `nonce too ${nonce < next ? 'low' : 'high'}: next nonce ${next}, tx nonce ${nonce}`
      throw new RpcFailure(-32_000, words)
    }
    if (transaction.gas < intrinsicGas(transaction.data)) throw new RpcFailure(-32_000, 'intrinsic gas too low')
    assertFunds(transaction, state)
    return include(transaction)
  }

  /** Whether the chain was told something itself, which comes before what was recorded. */
  const knows = (method: string, [subject, reference]: readonly unknown[]): boolean => {
    if (method === 'eth_getTransactionReceipt' || method === 'eth_getTransactionByHash') {
      return ledger.byTransaction(Params.hash(subject, 'transaction hash')) !== undefined
    }
    if (!ACCOUNT_METHODS.includes(method)) return false
    const { block, state } = at(reference)
    const account = WorldState.lowered(Params.address(subject, 'address'))
    if (method === 'eth_getBalance') return state.balances.has(account)
    if (method === 'eth_getTransactionCount') return state.nonces.has(account)
    return state.codeless.has(account) || machine.hasCode(account, state, block)
  }

  const builtIn: Readonly<Record<string, MockMethod>> = {
    eth_chainId: () => numberToHex(chainId),
    net_version: () => String(chainId),
    web3_clientVersion: () => 'unimargin-mock',
    eth_accounts: () => [],
    eth_syncing: () => false,
    eth_blockNumber: () => numberToHex(ledger.head.block.number),
    eth_getBlockByNumber: ([number, full]) => blockAnswer(BlockReference.find(ledger, number), full),
    eth_getBlockByHash: ([hash, full]) => {
      const found = ledger.byHash(Params.hash(hash, 'block hash'))
      return blockAnswer(found?.isCanonical === true ? found.sealed : undefined, full)
    },
    eth_call: (params) => simulated(params).data,
    eth_estimateGas: (params) => numberToHex(usedGas(simulated(params).call.data)),
    eth_getCode: ([address, reference]) => {
      const { block, state } = at(reference)
      return machine.hasCode(Params.address(address, 'address'), state, block) ? WorldState.MOCK_CODE : '0x'
    },
    eth_getBalance: ([address, reference]) =>
      numberToHex(WorldState.balanceOf(at(reference).state, Params.address(address, 'address'))),
    eth_getTransactionCount: ([address, reference]) =>
      numberToHex(WorldState.nonceOf(at(reference).state, Params.address(address, 'address'))),
    eth_getLogs: ([filter]) => findLogs(ledger, Params.fields(filter, 'filter')),
    eth_getTransactionReceipt: ([hash]) => {
      const { sealed, index, inclusion } = inclusionOf(ledger, hash)
      return inclusion === undefined ? null : receiptShape(sealed, index, inclusion)
    },
    eth_getTransactionByHash: ([hash]) => {
      const { sealed, index, inclusion } = inclusionOf(ledger, hash)
      return inclusion === undefined ? null : transactionShape(sealed, index, inclusion)
    },
    eth_gasPrice: () => numberToHex(BASE_FEE + PRIORITY_FEE),
    eth_maxPriorityFeePerGas: () => numberToHex(PRIORITY_FEE),
    eth_feeHistory: ([count, newest, percentiles]) => {
      const blocks = Math.min(Number(Params.quantity(count, 'block count')), 1_024)
      const { number } = at(newest).block
      const first = number >= BigInt(blocks) ? number - BigInt(blocks) + 1n : 0n
      const length = Number(number - first) + 1
      const reward = Array.isArray(percentiles) ? percentiles.map(() => numberToHex(PRIORITY_FEE)) : undefined
      return {
        oldestBlock: numberToHex(first),
        baseFeePerGas: Array.from({ length: length + 1 }, () => numberToHex(BASE_FEE)),
        gasUsedRatio: Array.from({ length }, () => 0.5),
        ...(reward === undefined ? {} : { reward: Array.from({ length }, () => reward) }),
      }
    },
    eth_sendRawTransaction: async ([raw]) => {
      const { chainId: signedFor, ...transaction } = await signedTransaction(raw)
      if (signedFor !== chainId) {
        throw new RpcFailure(-32_000, `invalid chain id for signer: have ${signedFor} want ${chainId}`)
      }
      return send(transaction)
    },
    // viem asks nodes for these first, and does without where a node has none; most have none behind a load balancer.
    eth_simulateV1: () => {
      throw notAvailable('eth_simulateV1')
    },
    eth_fillTransaction: () => {
      throw notAvailable('eth_fillTransaction')
    },
    // Asked of wallets; a node that signs for an account knows nothing of batches.
    wallet_getCapabilities: () => {
      throw notAvailable('wallet_getCapabilities')
    },
    eth_newFilter: () => {
      throw notAvailable('eth_newFilter')
    },
    eth_sendTransaction: ([asked]) => {
      const { gas, nonce } = Params.fields(asked, 'transaction')
      const call = callOf(asked)
      const next = WorldState.nonceOf(ledger.head.state, call.from)
      const transaction = {
        ...call,
        gas: gas === undefined ? usedGas(call.data) : Params.quantity(gas, 'gas'),
        nonce: nonce === undefined ? next : Number(Params.quantity(nonce, 'nonce')),
      }
      return send({ ...transaction, hash: unsignedHash(chainId, transaction) })
    },
  }

  return async ({ method, params }) => {
    try {
      const own = methods[method]
      if (own !== undefined) return { status: 'result', result: await own(params) }
      const before = recording === undefined ? undefined : recordedRequest(recording, method, params)
      if (before !== undefined && !knows(method, params)) return before
      const answer = builtIn[method]
      if (answer === undefined) throw UnmockedCallError.noMethod(chainId, method)
      return { status: 'result', result: await answer(params) }
    } catch (cause) {
      if (cause instanceof UnmockedCallError) onUnmocked(cause)
      return failureOf(cause)
    }
  }
}

function failureOf(cause: unknown): RpcAnswer {
  if (cause instanceof RpcFailure) return cause.answer
  if (cause instanceof UnmockedCallError) {
    return { status: 'error', code: NO_ANSWER, message: `${cause.shortMessage} ${cause.action}` }
  }
  if (!(cause instanceof MockRevert)) throw cause
  return { status: 'error', code: 3, message: 'execution reverted', data: cause.data }
}

/** A call as a node gets it. Without `from` it comes from the zero address, as nodes have it. */
function callOf(value: unknown): MockCall {
  const { to, from = ZERO_ADDRESS, data, input, value: wei = '0x0' } = Params.fields(value, 'call')
  return {
    to: Params.address(to, 'to'),
    from: Params.address(from, 'from'),
    data: Params.bytes(input ?? data ?? '0x', 'data'),
    value: Params.quantity(wei, 'value'),
  }
}

/** Gas is free on a mocked chain; what is sent along has to be there. */
function assertFunds({ from, value }: MockCall, state: WorldState.WorldState): void {
  const have = WorldState.balanceOf(state, from)
  if (have >= value) return
  const words = `insufficient funds for gas * price + value: address ${from} have ${have} want ${value}`
  throw new RpcFailure(-32_000, words)
}

/** As a node that does not know them: to run it on the state as it is would answer another question. */
function noOverrides(): RpcFailure {
  return new RpcFailure(-32_602, 'a mocked chain overrides no state. Set the state of the chain instead')
}

function notAvailable(method: string): RpcFailure {
  return new RpcFailure(-32_601, `the method ${method} does not exist/is not available`)
}

function inclusionOf(ledger: Ledger, hash: unknown) {
  const found = ledger.byTransaction(Params.hash(hash, 'transaction hash'))
  const { sealed, index } = found ?? { sealed: ledger.head, index: -1 }
  return { sealed, index, inclusion: sealed.inclusions[index] }
}

const ZERO_ADDRESS: Address = '0x0000000000000000000000000000000000000000'
