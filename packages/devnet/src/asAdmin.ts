import { call, TEST_GAS, type Transaction } from './chain/Transaction.ts'
import type { Deployed } from './deploy/Deployment.ts'
import type { DeployedChain } from './deploy/deployChains.ts'

/** A transaction of the one who administers the chain's contracts. */
export function asAdmin(
  { admin }: DeployedChain,
  { address, artifact }: Deployed,
  functionName: string,
  args: readonly unknown[],
): Transaction {
  return call({ from: admin, to: address, abi: artifact.abi, functionName, args, gas: TEST_GAS })
}
