import type { Address, Hex } from 'viem'

/** A call that somebody would send. */
export type Attempt = { readonly from: Address; readonly to: Address; readonly data: Hex; readonly value?: bigint }

/**
 * Whether the chain would take a call in the latest block, in that block's own time: a limit is proved by one that succeeds and
 * the next that does not. Anything but success and a revert is an error of the test.
 */
export async function succeeds(
  request: (method: string, params: readonly unknown[]) => Promise<unknown>,
  { from, to, data, value = 0n }: Attempt,
): Promise<boolean> {
  const { number, timestamp } = (await request('eth_getBlockByNumber', ['latest', false])) as {
    readonly number: Hex
    readonly timestamp: Hex
  }
  const call = { from, to, data, gas: '0xf4240', value: `0x${value.toString(16)}` }
  try {
    await request('eth_call', [call, number, {}, { time: timestamp }])
    return true
  } catch (error) {
    if (error instanceof Error && /revert/i.test(error.message)) return false
    throw error
  }
}
