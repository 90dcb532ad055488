import type { DevnetAccount, DevnetChain } from '@unimargin/devnet'
import type { Hex, MoveWallet } from '@unimargin/sdk'
import { createWalletClient, custom, keccak256, parseTransaction, type TransactionSerializedEIP1559 } from 'viem'

/** What becomes of what the wallet was told to send: the same call for a higher price, or another one. */
export type Replacement = 'none' | 'faster' | 'cancelled'

/** A wallet that tells the hash of what it was asked for, and then sends another transaction for the same place. */
export function replacingWalletOf(
  { chain, client }: DevnetChain,
  { account }: DevnetAccount,
  replacement: () => Replacement,
): MoveWallet {
  async function replace(raw: TransactionSerializedEIP1559): Promise<Hex> {
    const { type, chainId, nonce, gas, to, data, value, ...asked } = parseTransaction(raw)
    const fees = {
      maxFeePerGas: 2n * (asked.maxFeePerGas ?? 0n),
      maxPriorityFeePerGas: 2n * (asked.maxPriorityFeePerGas ?? 0n),
    }
    const call = replacement() === 'cancelled' ? { to: account.address } : { to, data, value }
    const serializedTransaction = await account.signTransaction({ type, chainId, nonce, gas, ...call, ...fees })
    await client.sendRawTransaction({ serializedTransaction })
    return keccak256(raw)
  }
  const provider = {
    request: async ({ method, params }: { readonly method: string; readonly params?: readonly unknown[] }) => {
      if (method !== 'eth_sendRawTransaction' || replacement() === 'none') {
        return client.request({ method, params } as never)
      }
      return replace(params?.[0] as TransactionSerializedEIP1559)
    },
  }
  return createWalletClient({ account, chain, transport: custom(provider, { retryCount: 0 }) })
}
