import { parseSignature } from 'viem'
import type { Hex } from '../model/Hex.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { MoveCall, PreparedMove, SignatureParts } from './MoveIntent.ts'
import { InvalidSignatureError } from './SigningErrors.ts'

/** Both signatures of a move that was prepared with a grant. */
export type GrantSignatures = { readonly give: Hex; readonly takeBack: Hex }

/**
 * Makes the call of a move that was prepared with a permit or a grant, from the owner's signatures of its typed data. Pure.
 * The calldata is read back and compared with the intent.
 *
 * @throws InvalidSignatureError when the signature is malformed.
 * @throws CalldataMismatchError when something changed the calldata.
 *
 * @example
 * import { completeMove, type MoveCall, type PreparedMove } from '@unimargin/sdk'
 * import type { Account, WalletClient } from 'viem'
 *
 * export async function signMove(wallet: WalletClient, account: Account, prepared: PreparedMove): Promise<MoveCall> {
 *   if (prepared.approval === 'permit') {
 *     return completeMove(prepared, await wallet.signTypedData({ account, ...prepared.permit }))
 *   }
 *   if (prepared.approval === 'grant') {
 *     const give = await wallet.signTypedData({ account, ...prepared.grant.give })
 *     const takeBack = await wallet.signTypedData({ account, ...prepared.grant.takeBack })
 *     return completeMove(prepared, { give, takeBack })
 *   }
 *   return prepared.call
 * }
 */
export function completeMove(prepared: Prepared<'permit'>, signature: Hex): MoveCall
export function completeMove(prepared: Prepared<'grant'>, signatures: GrantSignatures): MoveCall
export function completeMove(prepared: Prepared<'permit' | 'grant'>, signature: Hex | GrantSignatures): MoveCall {
  const { intent } = prepared
  const signed = signedBy(prepared, signature)
  const call: MoveCall = {
    chainId: intent.sourceChainId,
    to: intent.source.router,
    data: MoveCalldata.encodeSendWithGrant(intent.move, signed),
    value: intent.value,
  }
  MoveCalldata.assertSend(call, intent, signed)
  return call
}

type Prepared<approval extends PreparedMove['approval']> = Extract<PreparedMove, { readonly approval: approval }>

function signedBy(prepared: Prepared<'permit' | 'grant'>, signature: Hex | GrantSignatures): MoveCalldata.Signed {
  const { intent } = prepared
  if (prepared.approval === 'grant') {
    MoveCalldata.assertOperator(prepared.grant, intent)
    if (typeof signature === 'string') throw new InvalidSignatureError('two signatures are needed')
    const { nonce } = prepared.grant.give.message
    const parts = { give: split(signature.give), takeBack: split(signature.takeBack) }
    return { nonce, deadline: intent.deadline, ...parts }
  }
  MoveCalldata.assertPermit(prepared.permit, intent)
  if (typeof signature !== 'string') throw new InvalidSignatureError('one signature is needed')
  const { value, deadline } = prepared.permit.message
  return { value, deadline, ...split(signature) }
}

function split(signature: Hex): SignatureParts {
  try {
    const { r, s, yParity } = parseSignature(signature)
    // Some wallets give the parity as 0 or 1, where the token wants 27 or 28.
    return { v: 27 + yParity, r, s }
  } catch (error) {
    throw new InvalidSignatureError(error)
  }
}
