import { own } from '../artifacts/Artifact.ts'
import { MULTICALL3_ADDRESS, multicall3Creation } from '../artifacts/multicall3Creation.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import * as Node from '../chain/Node.ts'

/** Where Arbitrum answers for its own block number. */
export const ARB_SYS_ADDRESS = '0x0000000000000000000000000000000000000064'

/** Puts what every real chain has where it has it: Multicall3, and ArbSys on Arbitrum. */
export async function installSystemContracts(node: Node.Node, spec: ChainSpec): Promise<void> {
  // A call without recipient runs the creation code and answers with the runtime code.
  const multicall3 = await Node.request(node, 'eth_call', [{ data: await multicall3Creation() }, 'latest'])
  await Node.request(node, 'anvil_setCode', [MULTICALL3_ADDRESS, multicall3])
  if (spec.hasArbSys) {
    await Node.request(node, 'anvil_setCode', [ARB_SYS_ADDRESS, own('DevnetArbSys').deployedBytecode])
  }
}
