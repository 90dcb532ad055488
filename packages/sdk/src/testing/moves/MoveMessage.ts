import { decodeAbiParameters, encodeAbiParameters } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'

/** What a router tells the router on the other chain. */
export type MoveMessage = {
  readonly owner: Address
  readonly ownerHasCode: boolean
  readonly recovery: Address
  readonly market: Address
  readonly marketId: Hex
  /** By the router's `Action`. */
  readonly action: number
  readonly settleGas: bigint
}

const VERSION = 2n
const parameters = [
  { name: 'version', type: 'uint256' },
  { name: 'owner', type: 'address' },
  { name: 'ownerHasCode', type: 'bool' },
  { name: 'recovery', type: 'address' },
  { name: 'market', type: 'address' },
  { name: 'marketId', type: 'bytes32' },
  { name: 'action', type: 'uint8' },
  { name: 'settleGas', type: 'uint128' },
] as const

export function encode({ owner, ownerHasCode, recovery, market, marketId, action, settleGas }: MoveMessage): Hex {
  return encodeAbiParameters(parameters, [VERSION, owner, ownerHasCode, recovery, market, marketId, action, settleGas])
}

export function decode(bytes: Hex): MoveMessage {
  const [, owner, ownerHasCode, recovery, market, marketId, action, settleGas] = decodeAbiParameters(parameters, bytes)
  return { owner, ownerHasCode, recovery, market, marketId, action, settleGas }
}
