import type { Address, Hex } from '../../model/Hex.ts'
import { RpcFailure } from './RpcFailure.ts'

/** Reads the parameters of JSON-RPC requests; what does not fit is refused as nodes refuse it. */

export function address(value: unknown, name: string): Address {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(value)) throw invalid(name, 'an address')
  return value as Address
}

export function hash(value: unknown, name: string): Hex {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(value)) throw invalid(name, 'a hash')
  return value.toLowerCase() as Hex
}

export function bytes(value: unknown, name: string): Hex {
  if (typeof value !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(value)) throw invalid(name, 'bytes')
  return value as Hex
}

export function quantity(value: unknown, name: string): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw invalid(name, 'a quantity')
  return BigInt(value)
}

export function fields(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'an object')
  return { ...value }
}

export function invalid(name: string, wanted: string): RpcFailure {
  return new RpcFailure(-32_602, `invalid argument: ${name} is not ${wanted}`)
}
