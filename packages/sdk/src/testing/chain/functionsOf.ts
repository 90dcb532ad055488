import { type Abi, type AbiFunction, toFunctionSelector } from 'viem'
import type { Hex } from '../../model/Hex.ts'

const known = new WeakMap<Abi, ReadonlyMap<string, AbiFunction>>()

/** The functions of an ABI by selector, in lower case. Hashed once: an ABI is never changed, and asked at every call. */
export function functionsOf(abi: Abi): ReadonlyMap<string, AbiFunction> {
  const before = known.get(abi)
  if (before !== undefined) return before
  const functions = new Map<string, AbiFunction>()
  for (const item of abi) {
    if (item.type === 'function') functions.set(toFunctionSelector(item), item)
  }
  known.set(abi, functions)
  return functions
}

/** The function that calldata asks for. */
export function functionOf(abi: Abi, data: Hex): AbiFunction | undefined {
  return functionsOf(abi).get(data.slice(0, 10).toLowerCase())
}
