import { MULTICALL3_ADDRESS, multicall3Creation } from '../../../packages/devnet/src/artifacts/multicall3Creation.ts'

/** Puts Multicall3 where every chain has it. */
export async function installMulticall3(
  request: (method: string, params: readonly unknown[]) => Promise<unknown>,
): Promise<void> {
  // A call without recipient runs the creation code and answers with the runtime code.
  const code = await request('eth_call', [{ data: await multicall3Creation() }, 'latest'])
  await request('anvil_setCode', [MULTICALL3_ADDRESS, code])
}
