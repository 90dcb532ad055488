import { keccak256 } from 'viem'
import { prepareTransactionRequest, sendRawTransaction, sendTransaction, signTransaction } from 'viem/actions'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Hex } from '../../model/Hex.ts'
import * as Ask from '../ask.ts'
import { GAS_MARGIN } from '../MoveGas.ts'
import type { MoveCall } from '../MoveIntent.ts'
import { WalletFailedError } from '../SigningErrors.ts'
import { type KeptTransaction, learnt, stateOfStep } from './noted.ts'
import { ask, assertChain, type MoveStep, type Sender, STEP_NAMES } from './Sender.ts'

/**
 * Simulates, estimates with a margin, and sends. The chain is checked again: people switch it while they read.
 *
 * With a journal an account that signs by itself signs first, and what it signed is written down before a node gets it. A
 * wallet that signs and sends in one go leaves the hash alone.
 */
export async function submit(sender: Sender, step: MoveStep, call: MoveCall): Promise<Hex> {
  const { client, account, source, options, journal } = sender
  const { to, data, value } = call
  const from = typeof account === 'string' ? account : account.address
  const estimate = await Ask.estimateGas(source, step, { from, to, data, value }, options)
  const gas = estimate + (estimate * GAS_MARGIN) / 100n
  await assertChain(client, source.chainId)
  assertGoingOn(sender)
  const chain = source.client.chain ?? null
  if (journal !== undefined && typeof account !== 'string' && account.type === 'local') {
    const { nonceManager } = account
    try {
      const { nonce, raw } = await ask(STEP_NAMES[step], async () => {
        const request = await prepareTransactionRequest(client, { account, chain, to, data, value, gas, nonceManager })
        return { nonce: BigInt(request.nonce), raw: await signTransaction(client, { ...request, account, chain }) }
      })
      const kept = { hash: keccak256(raw), transaction: { from, nonce }, raw }
      await journal.append(sender.intent.id, { state: stateOfStep(step, 'signed'), data: kept })
      return await broadcast(sender, step, kept)
    } catch (error) {
      // The next transaction asks the chain for its nonce: this one may not have used the one that it got.
      nonceManager?.reset({ address: account.address, chainId: source.chainId })
      throw error
    }
  }
  if (step === 'send') sender.handedOver()
  const hash: unknown = await ask(STEP_NAMES[step], () =>
    sendTransaction(client, { account, chain, to, data, value, gas }),
  )
  return accepted(sender, step, { hash })
}

/** Hands what was signed and written down to a node. @throws WalletFailedError when the node does not take it. */
export async function broadcast(
  sender: Sender,
  step: MoveStep,
  kept: KeptTransaction & { readonly raw: Hex },
): Promise<Hex> {
  assertGoingOn(sender)
  if (step === 'send') sender.handedOver()
  const hash: unknown = await ask(STEP_NAMES[step], () =>
    sendRawTransaction(sender.client, { serializedTransaction: kept.raw }),
  )
  return accepted(sender, step, { ...kept, hash })
}

/** Who was stopped, or has lost the journal to another, sends nothing any more. */
function assertGoingOn({ options: { signal }, journal }: Sender): void {
  if (signal?.aborted === true) throw new AbortedError(signal.reason)
  journal?.lost.throwIfAborted()
}

async function accepted(
  { journal, intent, submitted }: Sender,
  step: MoveStep,
  { hash, transaction }: { readonly hash: unknown; readonly transaction?: KeptTransaction['transaction'] },
): Promise<Hex> {
  if (!isHash(hash)) {
    throw new WalletFailedError(STEP_NAMES[step], 'it answered something else than the hash of a transaction')
  }
  submitted(step, hash)
  try {
    await journal?.append(intent.id, { state: stateOfStep(step, 'submitted'), data: learnt({ hash, transaction }) })
  } catch (error) {
    // The move is under way: whoever took this for its failure would send it once more. What is written next will say it.
    if (step !== 'send') throw error
  }
  return hash
}

function isHash(answer: unknown): answer is Hex {
  return typeof answer === 'string' && /^0x[0-9a-fA-F]{64}$/.test(answer)
}
