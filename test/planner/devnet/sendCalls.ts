import { setTimeout as sleep } from 'node:timers/promises'
import type { DevnetAccount, DevnetChain } from '@unimargin/devnet'
import type { CallRequest, LendingCall } from '@unimargin/sdk'
import type { Hex, TransactionReceipt } from 'viem'

const GAS = 2_500_000n

/** What an owner's wallet does with calls: what they need is allowed first. */
export async function sendCalls(
  chain: DevnetChain,
  account: DevnetAccount,
  calls: readonly LendingCall[],
): Promise<void> {
  for (const { call, authorizations } of calls) {
    for (const { grant } of authorizations) await sendCall(chain, account, grant)
    await sendCall(chain, account, call)
  }
}

/** Signs and sends one call, and waits until it is mined. */
export async function sendCall(
  chain: DevnetChain,
  { account }: DevnetAccount,
  { to, data, value }: CallRequest,
): Promise<TransactionReceipt> {
  const hash = await chain.client.sendTransaction({ account, to, data, value, gas: GAS })
  return mined(chain, hash)
}

/** An automined transaction is mined soon, not at once. */
async function mined({ client, name }: DevnetChain, hash: Hex): Promise<TransactionReceipt> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined)
    if (receipt?.status === 'success') return receipt
    if (receipt?.status === 'reverted') throw new RangeError(`${hash} reverted on ${name}`)
    await sleep(5)
  }
  throw new RangeError(`${hash} was not mined on ${name}`)
}
