import { type Address, type ContractFunctionArgs, type ContractFunctionName, encodeFunctionData } from 'viem'
import { readContract } from '../../../packages/devnet/src/chain/readContract.ts'
import { call } from '../../../packages/devnet/src/chain/Transaction.ts'
import { type Receipt, transact } from '../../../packages/devnet/src/chain/transact.ts'
import { stargateAbi } from './abi.ts'
import type { StargateChain } from './Stargate.ts'

type View = ContractFunctionName<typeof stargateAbi, 'view'>
type Write = ContractFunctionName<typeof stargateAbi, 'nonpayable' | 'payable'>

/** A call of one of Stargate's functions. */
export type Act<name extends Write> = {
  readonly target: Address
  readonly functionName: name
  readonly args: ContractFunctionArgs<typeof stargateAbi, 'nonpayable' | 'payable', name>
  readonly value?: bigint
}

const GAS = 3_000_000n

/**
 * Sends a transaction from an address that needs no key.
 *
 * @throws TransactionFailedError with the reason, if it reverts.
 */
export async function act<name extends Write>(
  { node }: StargateChain,
  from: Address,
  { target, functionName, args, value = 0n }: Act<name>,
): Promise<Receipt> {
  const untyped = args as readonly unknown[]
  const [receipt] = await transact(node, [
    call({ from, to: target, abi: stargateAbi, functionName, args: untyped, value, gas: GAS }),
  ])
  if (receipt === undefined) throw new RangeError('a transaction without a receipt')
  return receipt
}

/** Has the planner contract call something: who may set fares, move credits and pause. */
export function actAsPlanner<name extends Write>(chain: StargateChain, what: Act<name>): Promise<Receipt> {
  const { target, functionName, args, value = 0n } = what
  const data = encodeFunctionData({ abi: stargateAbi, functionName, args } as Parameters<typeof encodeFunctionData>[0])
  // The planner's flag says the opposite of its name: with `true`, a call that fails reverts.
  const calls = [{ target, data, value, allowFailure: true }]
  return act(chain, chain.owner, { target: chain.planner.address, functionName: 'multicall', args: [calls], value })
}

/** Reads one of Stargate's views. @throws DevnetRpcError */
export function ask({ node }: StargateChain, target: Address, functionName: View, args: readonly unknown[] = []) {
  return readContract(node, { address: target, abi: stargateAbi, functionName, args })
}
