import { getCallsStatus } from 'viem/actions'
import type { Hex } from '../../model/Hex.ts'
import type { MoveWallet } from '../send/Sender.ts'
import { walletCode } from './walletCode.ts'

/** EIP-5792. */
const UNKNOWN_ID = 5730

/** What a wallet says of a batch. */
export type BatchStatus =
  /** Of another one, or of one that it has forgotten. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending' }
  /** It is on chain; in which transaction, most wallets tell. */
  | { readonly kind: 'included'; readonly hash: Hex | undefined }
  /** Nothing of it is on chain, nor will be. */
  | { readonly kind: 'failed'; readonly code: number }
  /** Some of it may be. */
  | { readonly kind: 'partly'; readonly code: number }

/** Asks a wallet for a batch by its id (`wallet_getCallsStatus`). What it throws otherwise is thrown. */
export async function batchStatus(wallet: MoveWallet, id: string): Promise<BatchStatus> {
  try {
    const { statusCode: code, receipts } = await getCallsStatus(wallet, { id })
    if (code >= 600) return { kind: 'partly', code }
    if (code >= 400) return { kind: 'failed', code }
    const last: unknown = receipts?.at(-1)?.transactionHash
    return code >= 200 ? { kind: 'included', hash: isHash(last) ? last : undefined } : { kind: 'pending' }
  } catch (error) {
    if (walletCode(error) === UNKNOWN_ID) return { kind: 'unknown' }
    throw error
  }
}

function isHash(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value)
}
