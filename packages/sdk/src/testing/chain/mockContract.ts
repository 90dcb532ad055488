import {
  type Abi,
  type AbiFunction,
  type AbiStateMutability,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeAbiParameters,
  encodeAbiParameters,
  toFunctionSignature,
} from 'viem'
import type { Hex } from '../../model/Hex.ts'
import { functionOf } from './functionsOf.ts'
import type { MockBlock, MockCall, MockContract } from './MockPart.ts'
import { MockRevert } from './MockRevert.ts'
import { UnmockedCallError } from './UnmockedCallError.ts'

/** Functions of a contract by their names, typed by its ABI: arguments in, result out; several results as a tuple. */
export type MockFunctions<abi extends Abi> = {
  readonly [name in ContractFunctionName<abi>]?: (
    args: ContractFunctionArgs<abi, AbiStateMutability, name>,
    call: MockCall,
    at: MockBlock,
  ) => Result<abi, name, ContractFunctionArgs<abi, AbiStateMutability, name>>
}

/** One by one for the arguments of overloads: for all of them at once viem knows no result. */
type Result<
  abi extends Abi,
  name extends ContractFunctionName<abi>,
  args extends ContractFunctionArgs<abi, AbiStateMutability, name>,
> =
  args extends ContractFunctionArgs<abi, AbiStateMutability, name>
    ? ContractFunctionReturnType<abi, AbiStateMutability, name, args>
    : never

/**
 * A contract from an ABI and plain functions. A function may throw a `MockRevert`. A function of the ABI that is not
 * given fails loudly as soon as it is called, with its name.
 *
 * @example
 * import { mockContract } from '@unimargin/sdk/testing'
 * import { erc20Abi } from 'viem'
 *
 * const token = mockContract(erc20Abi, { decimals: () => 6, balanceOf: ([owner]) => BigInt(owner) % 1_000n })
 */
export function mockContract<const abi extends Abi, const functions extends MockFunctions<abi>>(
  abi: abi,
  // Inferred, so that a result of several values is taken for a tuple; a name that the ABI does not have is refused.
  functions: functions & Readonly<Record<Exclude<keyof functions, ContractFunctionName<abi>>, never>>,
): MockContract {
  type Answer = (args: readonly unknown[], call: MockCall, at: MockBlock) => unknown
  const given = functions as Readonly<Record<string, Answer | undefined>>
  return (call, at) => {
    const item = functionOf(abi, call.data)
    const answer = item === undefined ? undefined : given[item.name]
    if (item === undefined || answer === undefined) {
      const asked = item === undefined ? undefined : toFunctionSignature(item)
      throw UnmockedCallError.noFunction(at.chainId, call.to, call.data, asked)
    }
    const result = answer(argumentsOf(item, call.data), call, at)
    return encodeAbiParameters(item.outputs, toList(result, item.outputs.length))
  }
}

/** As the compiler has it: calldata that does not fit reverts without a reason. */
function argumentsOf({ inputs }: AbiFunction, data: Hex): readonly unknown[] {
  if (inputs.length === 0) return []
  try {
    return decodeAbiParameters(inputs, `0x${data.slice(10)}`)
  } catch {
    throw new MockRevert()
  }
}

function toList(result: unknown, length: number): readonly unknown[] {
  if (length === 0) return []
  return length > 1 && Array.isArray(result) ? result : [result]
}
