import { own } from '../artifacts/Artifact.ts'
import { MULTICALL3_ADDRESS, multicall3Creation } from '../artifacts/multicall3Creation.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import * as Node from '../chain/Node.ts'

/** Where Arbitrum answers for its own block number. */
export const ARB_SYS_ADDRESS = '0x0000000000000000000000000000000000000064'

/** Where a rollup says what it takes for data: Arbitrum's node interface, and the gas price oracle of the OP stack. */
const DATA_FEE_ADDRESSES = {
  1: '0x00000000000000000000000000000000000000C8',
  2: '0x420000000000000000000000000000000000000F',
} as const
/** Answers whatever it is asked with one word of zero, or with three: local chains take nothing for data. */
const NO_DATA_FEE = { 1: '0x60605ff3', 2: '0x60205ff3' } as const

/** Puts what every real chain has where it has it: Multicall3, what says the fee for data, and ArbSys on Arbitrum. */
export async function installSystemContracts(node: Node.Node, spec: ChainSpec): Promise<void> {
  // A call without recipient runs the creation code and answers with the runtime code.
  const multicall3 = await Node.request(node, 'eth_call', [{ data: await multicall3Creation() }, 'latest'])
  await Node.request(node, 'anvil_setCode', [MULTICALL3_ADDRESS, multicall3])
  await Node.request(node, 'anvil_setCode', [DATA_FEE_ADDRESSES[spec.feeModel], NO_DATA_FEE[spec.feeModel]])
  if (spec.hasArbSys) {
    await Node.request(node, 'anvil_setCode', [ARB_SYS_ADDRESS, own('DevnetArbSys').deployedBytecode])
  }
}
