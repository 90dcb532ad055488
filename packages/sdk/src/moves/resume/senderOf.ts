import { zeroAddress } from 'viem'
import { getTransactionCount } from 'viem/actions'
import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Address } from '../../model/Hex.ts'
import { assertKnownIntent } from '../assertKnownIntent.ts'
import { ForeignMoveError } from '../MoveErrors.ts'
import type { MoveIntent } from '../MoveIntent.ts'
import { NoWalletError, PendingTransactionsError } from '../ResumeErrors.ts'
import { accountOf, ask, type MoveStep, type MoveWallet, type Sender } from '../send/Sender.ts'
import { trackedMove } from '../trackedMove.ts'
import { isSame } from '../WhatIf.ts'
import type { ResumeMovesParameters } from './ResumeMovesParameters.ts'

/** Who goes on with a move. Without a wallet only what was signed before can be sent. */
export type Resumer = {
  readonly sender: Sender
  readonly wallet: MoveWallet | undefined
  /** @throws NoWalletError, PendingTransactionsError before something is signed anew. */
  readonly assertCanSign: () => Promise<void>
  /** What went out meanwhile. */
  readonly out: { readonly steps: Set<MoveStep>; mayBeOut: boolean }
}

/** @throws ForeignMoveError, WrongAccountError, WalletFailedError */
export async function senderOf(
  client: MarginContext,
  intent: MoveIntent,
  parameters: ResumeMovesParameters,
): Promise<Resumer> {
  assertKnownIntent(client, intent)
  const { walletClient, journal, onSubmit } = parameters
  const { owner, sourceChainId } = intent
  const wallet = typeof walletClient === 'function' ? await walletClient(trackedMove(intent)) : walletClient
  const account = wallet === undefined ? owner : await accountOf(wallet, owner)
  const source = { chainId: sourceChainId, client: client.getClient(sourceChainId) }
  const out: Resumer['out'] = { steps: new Set(), mayBeOut: false }
  const sender: Sender = {
    client: wallet ?? source.client,
    account,
    source,
    intent,
    journal,
    options: parameters,
    submitted: (step, hash) => {
      out.steps.add(step)
      try {
        onSubmit?.({ id: intent.id, step, hash })
      } catch {
        // It is under way, whatever its listener makes of that.
      }
    },
    handedOver: () => {
      out.mayBeOut = true
    },
  }
  const assertCanSign = async (): Promise<void> => {
    assertKnownRecovery(intent, parameters.recovery)
    if (wallet === undefined) throw new NoWalletError(owner, sourceChainId)
    // What an account signed by itself was written down first; what a wallet has sent may be without a trace.
    if (typeof account === 'string' || account.type !== 'local') await assertNoneWaits(wallet, intent)
  }
  return { sender, wallet, assertCanSign, out }
}

/** Who may claim what is parked: the owner has not signed that yet, and a journal may have been written by others. */
function assertKnownRecovery({ owner, move }: MoveIntent, recovery: Address | undefined): void {
  const known = [zeroAddress, owner, ...(recovery === undefined ? [] : [recovery])]
  if (!known.some((address) => isSame(address, move.recovery))) {
    throw new ForeignMoveError('recovery', move.recovery, recovery)
  }
}

async function assertNoneWaits(wallet: MoveWallet, { owner, sourceChainId }: MoveIntent): Promise<void> {
  const [included, all] = await ask('transaction count', () =>
    Promise.all([
      getTransactionCount(wallet, { address: owner, blockTag: 'latest' }),
      getTransactionCount(wallet, { address: owner, blockTag: 'pending' }),
    ]),
  )
  if (all > included) throw new PendingTransactionsError(owner, sourceChainId, all - included)
}
