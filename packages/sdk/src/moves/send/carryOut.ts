import { signTypedData } from 'viem/actions'
import type { Hex } from '../../model/Hex.ts'
import { AuthorizationLeftError } from '../AuthorizationLeftError.ts'
import { completeMove } from '../completeMove.ts'
import { CallRevertedError } from '../MoveErrors.ts'
import type { MoveCall, MoveHandle, OperatorTypedData, PermitRequest, PreparedMove } from '../MoveIntent.ts'
import { trackedMove } from '../trackedMove.ts'
import { isRefused } from './failUnsent.ts'
import { included, type Sent, sentOf, tolerant } from './included.ts'
import { isAhead, learnt } from './noted.ts'
import { ask, type Sender } from './Sender.ts'
import { submit } from './submit.ts'

/**
 * Sends what is left of a prepared move, transaction by transaction, and waits until each is included. `before` brings to its
 * end what was signed by another run.
 */
export async function carryOut(sender: Sender, prepared: PreparedMove, before: Before = NOTHING): Promise<MoveHandle> {
  const { intent, source, options, journal } = sender
  if (prepared.approval === 'approve' && !(await before.isDone('approve'))) {
    await included(sender, 'approve', await submit(sender, 'approve', prepared.approve))
  }
  const { hash, minedIn } = (await before.sent()) ?? (await sent(sender, prepared))
  // It is included: what a node does not tell now, tracking will find.
  const known: Sent = (await tolerant(() => sentOf(source, intent, options))) ?? {}
  const handle = { ...trackedMove(intent), ...known, ...(minedIn === undefined ? {} : { minedIn }), hash }
  const state = known.guid === undefined ? 'mined' : 'sent'
  if (journal !== undefined && isAhead(journal, intent.id, state)) {
    await tolerant(() => journal.append(intent.id, { state, data: learnt(handle) }))
  }
  if (prepared.approval === 'approve' && prepared.revoke !== undefined && !(await before.isDone('revoke'))) {
    await included(sender, 'revoke', await submit(sender, 'revoke', prepared.revoke))
  }
  return handle
}

/** A transaction that is in a block; which, where a node told. */
export type Finished = { readonly hash: Hex; readonly minedIn: bigint | undefined }

/** What another run has signed of a move. */
export type Before = {
  /** Whether a transaction around the move is in a block, or not needed any more. */
  readonly isDone: (step: 'approve' | 'revoke') => Promise<boolean>
  /** The move's own, once it is in a block; nothing where none of them can come any more. */
  readonly sent: () => Promise<Finished | undefined>
}

const NOTHING: Before = { isDone: async () => false, sent: async () => undefined }

async function sent(sender: Sender, prepared: PreparedMove): Promise<Finished> {
  let isOut = false
  const handedOver = () => {
    isOut = true
    sender.handedOver()
  }
  try {
    const hash = await submit({ ...sender, handedOver }, 'send', await signedCall(sender, prepared))
    return { hash, minedIn: await included(sender, 'send', hash) }
  } catch (error) {
    if (prepared.approval !== 'approve' || prepared.revoke === undefined) throw error
    await undone(sender, prepared.revoke, error, isOut)
    throw error
  }
}

/** Takes an authorisation back that nothing uses any more. @throws AuthorizationLeftError where that did not, or must not happen. */
async function undone(sender: Sender, revoke: MoveCall, cause: unknown, isOut: boolean): Promise<void> {
  if (isOut && !isRefused(cause) && !(cause instanceof CallRevertedError)) {
    throw new AuthorizationLeftError(revoke, true, cause)
  }
  try {
    await included(sender, 'revoke', await submit(sender, 'revoke', revoke))
  } catch {
    throw new AuthorizationLeftError(revoke, false, cause)
  }
}

/** The call, for which the wallet may have to sign something first. */
async function signedCall(sender: Sender, prepared: PreparedMove): Promise<MoveCall> {
  if (prepared.approval === 'permit') {
    return completeMove(prepared, await sign(sender, 'signature of the permit', prepared.permit))
  }
  if (prepared.approval !== 'grant') return prepared.call
  const give = await sign(sender, 'signature of the authorisation', prepared.grant.give)
  const takeBack = await sign(sender, 'signature of its end', prepared.grant.takeBack)
  return completeMove(prepared, { give, takeBack })
}

function sign({ client, account }: Sender, name: string, data: PermitRequest | OperatorTypedData): Promise<Hex> {
  const { domain, primaryType } = data
  // Not as one of two types, which viem cannot tell apart.
  const types: Record<string, unknown> = { ...data.types }
  const message: Record<string, unknown> = { ...data.message }
  return ask(name, () => signTypedData(client, { account, domain: { ...domain }, types, primaryType, message }))
}
