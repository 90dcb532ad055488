import { keccak256, parseTransaction, recoverTransactionAddress, type TransactionSerialized } from 'viem'
import type { MockTransaction } from '../chain/MockPart.ts'
import * as Params from './Params.ts'
import { RpcFailure } from './RpcFailure.ts'

/** Reads the bytes of a signed transaction, and who signed it. Of `from` nothing is believed but the signature. */
export async function signedTransaction(
  raw: unknown,
): Promise<MockTransaction & { readonly chainId: number | undefined }> {
  const bytes = Params.bytes(raw, 'transaction')
  try {
    const { to, data = '0x', value = 0n, gas = 0n, nonce = 0, chainId } = parseTransaction(bytes)
    const from = await recoverTransactionAddress({ serializedTransaction: bytes as TransactionSerialized })
    if (to === undefined || to === null) {
      throw new RpcFailure(-32_000, 'mocked chains create no contracts: put them in by `setContract`')
    }
    return { hash: keccak256(bytes), from, to, data, value, gas, nonce, chainId }
  } catch (cause) {
    if (cause instanceof RpcFailure) throw cause
    throw new RpcFailure(-32_000, 'rlp: the bytes are no signed transaction')
  }
}
