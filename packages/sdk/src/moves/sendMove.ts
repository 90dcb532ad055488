import type { Account, Chain, Client, Transport } from 'viem'
import { getAddresses, getChainId, sendTransaction, signTypedData } from 'viem/actions'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import { sleep } from '../reads/sleep.ts'
import { assertMilliseconds, childOf, DEFAULT_TIMEOUT, type DeadlineOptions } from '../reads/withDeadline.ts'
import * as Ask from './ask.ts'
import { assertKnownIntent } from './assertKnownIntent.ts'
import { completeMove } from './completeMove.ts'
import { explainRevert, getReceipt } from './getReceipt.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import { CallRevertedError } from './MoveErrors.ts'
import { GAS_MARGIN } from './MoveGas.ts'
import type {
  MoveCall,
  MoveHandle,
  MoveIntent,
  OperatorTypedData,
  PermitRequest,
  PreparedMove,
  TrackedMove,
} from './MoveIntent.ts'
import type { MoveQuote } from './MoveQuote.ts'
import { prepareMove } from './prepareMove.ts'
import * as RouterReads from './RouterReads.ts'
import { NotIncludedError, WalletFailedError, WrongAccountError, WrongChainError } from './SigningErrors.ts'
import { trackedMove } from './trackedMove.ts'
import { isSame } from './WhatIf.ts'

/** Milliseconds to wait for a transaction to be included, unless told otherwise. */
const DEFAULT_INCLUSION_TIMEOUT = 180_000

/** Any viem wallet client: of a local account, of an injected wallet, of WalletConnect. */
export type MoveWallet = Client<Transport, Chain | undefined, Account | undefined>

export type SendMoveParameters = DeadlineOptions & {
  readonly walletClient: MoveWallet
  /** Awaited before anything is signed or sent: store the intent here, so that a crash cannot lose the move. */
  readonly onIntent?: ((intent: MoveIntent) => void | Promise<void>) | undefined
  /** Called with each transaction as soon as it has a hash. What it throws is ignored: the transaction is under way. */
  readonly onSubmit?:
    | ((submitted: { readonly step: 'approve' | 'send' | 'revoke'; readonly hash: Hex }) => void)
    | undefined
  /** Milliseconds to wait for each transaction to be included. Defaults to 180,000. */
  readonly inclusionTimeout?: number | undefined
} & (
    | {
        /** As `prepareMove` gave it. */
        readonly prepared: PreparedMove
        readonly quote?: undefined
      }
    | {
        readonly quote: MoveQuote
        readonly prepared?: undefined
        readonly id?: Hex | undefined
        readonly approval?: 'permit' | 'approve' | undefined
      }
  )

/**
 * Signs and sends a quoted or prepared move with a viem wallet client, and waits until it is included on the source chain.
 *
 * The wallet's chain and account are checked first, then everything that `prepareMove` checks. The intent is handed to
 * `onIntent` before the wallet is asked for anything. The call is simulated once more right before it is sent. What is
 * sent twice with one id moves once: the router sees to it.
 *
 * @throws WrongChainError, WrongAccountError when the wallet does not fit, and all that `prepareMove` throws: before
 * anything is sent.
 * @throws WalletFailedError when the wallet refuses or fails.
 * @throws CallRevertedError when the transaction would revert or did.
 * @throws NotIncludedError when it is not included in time; it may still be.
 * @throws InvalidTimeoutError when `inclusionTimeout` is none, before anything is sent.
 * @throws AbortedError when `signal` fires or the client is closed. What the wallet has sent by then is on its way.
 *
 * @example
 * import { type MarginContext, type MoveHandle, type MoveQuote, sendMove, serialize } from '@unimargin/sdk'
 * import type { WalletClient } from 'viem'
 *
 * export async function send(client: MarginContext, quote: MoveQuote, walletClient: WalletClient): Promise<MoveHandle> {
 *   return sendMove(client, {
 *     quote,
 *     walletClient,
 *     onIntent: (intent) => localStorage.setItem(intent.id, serialize(intent)),
 *   })
 * }
 */
export async function sendMove(client: MarginContext, parameters: SendMoveParameters): Promise<MoveHandle> {
  const { signal, end } = childOf(parameters.signal, client.closing)
  try {
    return await send(client, { ...parameters, signal })
  } finally {
    end()
  }
}

async function send(client: MarginContext, parameters: SendMoveParameters): Promise<MoveHandle> {
  const { walletClient, onSubmit, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = parameters
  assertMilliseconds('inclusionTimeout', inclusionTimeout)
  const wanted =
    parameters.prepared === undefined
      ? { owner: parameters.quote.owner, chainId: parameters.quote.plan.source.chainId }
      : { owner: parameters.prepared.intent.owner, chainId: parameters.prepared.intent.sourceChainId }
  const account = await accountOf(walletClient, wanted.owner)
  await assertChain(walletClient, wanted.chainId)

  const prepared =
    parameters.prepared ??
    (await prepareMove(client, { ...parameters, quote: parameters.quote, owner: parameters.quote.owner }))
  const { intent } = prepared
  assertKnownIntent(client, intent)
  const wallet: Wallet = {
    client: walletClient,
    account,
    source: { chainId: intent.sourceChainId, client: client.getClient(intent.sourceChainId) },
    options: parameters,
    submitted: (step, hash) => {
      try {
        onSubmit?.({ step, hash })
      } catch {
        // The transaction is under way: whoever took this for its failure would send the move once more.
      }
    },
  }
  assertIntended(prepared)
  await parameters.onIntent?.(intent)

  if (prepared.approval === 'approve') {
    const approval = await submit(wallet, 'approve', prepared.approve)
    await included(wallet, 'approve', approval, async () => undefined)
  }
  const hash = await submit(wallet, 'send', await signedCall(wallet, prepared))
  const readSent = (options: DeadlineOptions) => sentOf(wallet.source, intent, options)
  const minedIn = await included(wallet, 'send', hash, readSent)
  if (prepared.approval === 'approve' && prepared.revoke !== undefined) {
    const revocation = await submit(wallet, 'revoke', prepared.revoke)
    await included(wallet, 'revoke', revocation, async () => undefined)
  }
  // It is included: what a node does not tell now, tracking will find.
  const sent = await tolerant(() => readSent(parameters))
  return { ...trackedMove(intent), ...sent, ...(minedIn === undefined ? {} : { minedIn }), hash }
}

type Step = 'approve' | 'send' | 'revoke'

const STEPS: Readonly<Record<Step, string>> = { approve: 'approval', send: 'move', revoke: 'revocation' }

type Wallet = {
  readonly client: MoveWallet
  readonly account: Account | Address
  readonly source: Ask.Chain
  readonly options: DeadlineOptions & { readonly inclusionTimeout?: number | undefined }
  readonly submitted: (step: Step, hash: Hex) => void
}

type Sent = Pick<TrackedMove, 'guid' | 'nonce' | 'minedIn'>

async function accountOf(walletClient: MoveWallet, owner: Address): Promise<Account | Address> {
  const { account } = walletClient
  const addresses =
    account === undefined ? await fromWallet('connection', () => getAddresses(walletClient)) : [account.address]
  if (!addresses.some((address) => isSame(address, owner))) throw new WrongAccountError(addresses, owner)
  return account ?? owner
}

async function assertChain(walletClient: MoveWallet, expected: number): Promise<void> {
  const actual = await fromWallet('connection', () => getChainId(walletClient))
  if (actual !== expected) throw new WrongChainError(actual, expected)
}

function assertIntended(prepared: PreparedMove): void {
  const { intent } = prepared
  if (prepared.approval === 'permit') {
    MoveCalldata.assertPermit(prepared.permit, intent)
  } else if (prepared.approval === 'grant') {
    MoveCalldata.assertOperator(prepared.grant, intent)
  } else {
    MoveCalldata.assertSend(prepared.call, intent)
  }
  if (prepared.approval !== 'approve') return
  MoveCalldata.assertApprove(prepared.approve, intent)
  if (prepared.revoke !== undefined) MoveCalldata.assertRevoke(prepared.revoke, intent)
}

/** The call, for which the wallet may have to sign something first. */
async function signedCall(wallet: Wallet, prepared: PreparedMove): Promise<MoveCall> {
  if (prepared.approval === 'permit') {
    return completeMove(prepared, await sign(wallet, 'signature of the permit', prepared.permit))
  }
  if (prepared.approval !== 'grant') return prepared.call
  const give = await sign(wallet, 'signature of the authorisation', prepared.grant.give)
  const takeBack = await sign(wallet, 'signature of its end', prepared.grant.takeBack)
  return completeMove(prepared, { give, takeBack })
}

function sign({ client, account }: Wallet, name: string, data: PermitRequest | OperatorTypedData): Promise<Hex> {
  const { domain, primaryType } = data
  // Not as one of two types, which viem cannot tell apart.
  const types: Record<string, unknown> = { ...data.types }
  const message: Record<string, unknown> = { ...data.message }
  return fromWallet(name, () => signTypedData(client, { account, domain: { ...domain }, types, primaryType, message }))
}

/** Simulates, estimates with a margin, and sends. The chain is checked again: people switch it while they read. */
async function submit(wallet: Wallet, step: Step, call: MoveCall): Promise<Hex> {
  const { client, account, source, options } = wallet
  const { to, data, value } = call
  const from = typeof account === 'string' ? account : account.address
  const gas = await Ask.estimateGas(source, step, { from, to, data, value }, options)
  await assertChain(client, source.chainId)
  if (options.signal?.aborted === true) throw new AbortedError(options.signal.reason)
  const chain = source.client.chain ?? null
  const name = STEPS[step]
  const hash: unknown = await fromWallet(name, () =>
    sendTransaction(client, { account, chain, to, data, value, gas: gas + (gas * GAS_MARGIN) / 100n }),
  )
  if (!isHash(hash)) throw new WalletFailedError(name, 'it answered something else than the hash of a transaction')
  wallet.submitted(step, hash)
  return hash
}

/** Waits for the receipt, or, when the transaction was replaced, for what the router knows of the move. Gives the block. */
async function included(
  { source, options }: Wallet,
  step: Step,
  hash: Hex,
  readSent: (options: DeadlineOptions) => Promise<Sent | undefined>,
): Promise<bigint | undefined> {
  const { signal, timeout = DEFAULT_TIMEOUT, inclusionTimeout = DEFAULT_INCLUSION_TIMEOUT } = options
  const interval = Math.min(source.client.pollingInterval, 4_000)
  const end = Date.now() + inclusionTimeout
  // No look may take longer than what is left.
  const within = () => ({ signal, timeout: Math.max(1, Math.min(timeout, end - Date.now())) })
  do {
    const receipt = await tolerant(() => getReceipt(source, hash, within()))
    if (receipt?.status === 'success') return receipt.blockNumber
    if (receipt?.status === 'reverted') {
      const revert = await explainRevert(source, hash, receipt, options)
      throw new CallRevertedError({ chainId: source.chainId, call: step, revert, hash })
    }
    const sent = await tolerant(() => readSent(within()))
    if (sent !== undefined) return sent.minedIn
    await sleep(interval, signal)
  } while (Date.now() < end)
  throw new NotIncludedError(hash, step, inclusionTimeout)
}

async function sentOf(source: Ask.Chain, intent: MoveIntent, options: DeadlineOptions): Promise<Sent | undefined> {
  const read = RouterReads.sentMove(intent.source.router, intent.owner, intent.id)
  const { results, block } = await Ask.snapshot(source, [read], options)
  const { guid, nonce } = Ask.answerOf(source, 'sentMove', results[0])
  return BigInt(guid) === 0n ? undefined : { guid, nonce, minedIn: block.number }
}

/** After a transaction was sent, a node that stumbles is no reason to give up on it. */
async function tolerant<value>(read: () => Promise<value>): Promise<value | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return undefined
  }
}

function isHash(answer: unknown): answer is Hex {
  return typeof answer === 'string' && /^0x[0-9a-fA-F]{64}$/.test(answer)
}

async function fromWallet<value>(step: string, ask: () => Promise<value>): Promise<value> {
  try {
    return await ask()
  } catch (error) {
    throw new WalletFailedError(step, error)
  }
}
