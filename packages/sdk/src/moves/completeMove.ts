import { parseSignature } from 'viem'
import type { Hex } from '../model/Hex.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { MoveCall, PreparedMove, SignedPermit } from './MoveIntent.ts'
import { InvalidSignatureError } from './SigningErrors.ts'

/**
 * Makes the call of a move that was prepared with a permit, from the owner's signature of its typed data. Pure. The
 * calldata is read back and compared with the intent.
 *
 * @throws InvalidSignatureError when the signature is malformed.
 * @throws CalldataMismatchError when something changed the calldata.
 *
 * @example
 * import { completeMove, type MoveCall, type PreparedMove } from '@unimargin/sdk'
 * import type { Account, WalletClient } from 'viem'
 *
 * export async function signMove(wallet: WalletClient, account: Account, prepared: PreparedMove): Promise<MoveCall> {
 *   if (prepared.approval !== 'permit') return prepared.call
 *   return completeMove(prepared, await wallet.signTypedData({ account, ...prepared.permit }))
 * }
 */
export function completeMove(
  prepared: Extract<PreparedMove, { readonly approval: 'permit' }>,
  signature: Hex,
): MoveCall {
  const { intent, permit } = prepared
  MoveCalldata.assertPermit(permit, intent)
  const { value, deadline } = permit.message
  const signed: SignedPermit = { value, deadline, ...split(signature) }
  const call: MoveCall = {
    chainId: intent.sourceChainId,
    to: intent.source.router,
    data: MoveCalldata.encodeSendWithPermit(intent.move, signed),
    value: intent.value,
  }
  MoveCalldata.assertSend(call, intent, signed)
  return call
}

function split(signature: Hex): Pick<SignedPermit, 'v' | 'r' | 's'> {
  try {
    const { r, s, yParity } = parseSignature(signature)
    // Some wallets give the parity as 0 or 1, where the token wants 27 or 28.
    return { v: 27 + yParity, r, s }
  } catch (error) {
    throw new InvalidSignatureError(error)
  }
}
