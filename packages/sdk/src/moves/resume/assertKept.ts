import {
  decodeFunctionData,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
} from 'viem'
import type { Hex } from '../../model/Hex.ts'
import { collateralRouterAbi } from '../generated/collateralRouterAbi.ts'
import * as MoveCalldata from '../MoveCalldata.ts'
import type { MoveCall, MoveIntent } from '../MoveIntent.ts'
import { CalldataMismatchError } from '../SigningErrors.ts'
import type { MoveStep } from '../send/Sender.ts'
import { isSame } from '../WhatIf.ts'

/**
 * Holds signed bytes that were kept against the intent: whose they are, on which chain, and each field of the call. A node gets
 * nothing else, whoever has written into the journal.
 *
 * @throws CalldataMismatchError
 */
export async function assertKept(
  { hash, raw }: { readonly hash: Hex; readonly raw: Hex },
  step: MoveStep,
  intent: MoveIntent,
): Promise<void> {
  if (keccak256(raw) !== hash) throw new CalldataMismatchError('hash', keccak256(raw), hash)
  const { call, from } = await read(raw)
  if (call.chainId !== intent.sourceChainId) {
    throw new CalldataMismatchError('chainId', call.chainId, intent.sourceChainId)
  }
  if (!isSame(from, intent.owner)) throw new CalldataMismatchError('from', from, intent.owner)
  if (step === 'approve') MoveCalldata.assertApprove(call, intent)
  else if (step === 'revoke') MoveCalldata.assertRevoke(call, intent)
  else MoveCalldata.assertSend(call, intent, signedIn(call, intent))
}

async function read(raw: Hex): Promise<{ readonly call: MoveCall; readonly from: string }> {
  try {
    const { chainId = 0, to, data = '0x', value = 0n } = parseTransaction(raw)
    const from = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized })
    if (!to) throw new CalldataMismatchError('to', 'nothing', 'a contract')
    return { call: { chainId, to, data, value }, from }
  } catch (error) {
    if (error instanceof CalldataMismatchError) throw error
    throw new CalldataMismatchError('raw', 'not decodable', 'a signed transaction')
  }
}

/** The signatures in the call, which the intent does not know. */
function signedIn({ data }: MoveCall, { authorization }: MoveIntent): MoveCalldata.Signed | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: collateralRouterAbi, data })
    if (functionName !== 'sendWithGrant') return undefined
    const [, { value, nonce, deadline, give, takeBack }] = args
    return authorization.kind === 'erc20' ? { value, deadline, ...give } : { nonce, deadline, give, takeBack }
  } catch {
    // Of no function of the router: what compares it says so.
    return undefined
  }
}
