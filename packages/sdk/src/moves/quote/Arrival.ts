import { concatHex, encodeAbiParameters, encodeFunctionData, padHex, parseAbi, toHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MoveAction } from '../MoveIntent.ts'

/** What arrives at the destination, byte for byte as an OFT, a pool and the router would have it. */

const abi = parseAbi([
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'function lzReceive(Origin origin, bytes32 guid, bytes message, address executor, bytes extraData) payable',
  'function receiveTokenTaxi(Origin origin, bytes32 guid, address receiver, uint64 amountSD, bytes composeMsg)',
  'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
])

/** Of the router's messages. */
const VERSION = 2n
const ACTIONS: readonly MoveAction[] = ['supply', 'repay']
const MESSAGE = ['uint256', 'address', 'bool', 'address', 'address', 'bytes32', 'uint8', 'uint32'].map((type) => ({
  type,
}))
/** Any will do: nothing here is held against those that were sent. */
const NONCE = 2n ** 48n

/** What the router tells the router on the other chain. */
export type MoveMessage = {
  readonly owner: Address
  readonly ownerHasCode: boolean
  readonly recovery: Address
  readonly market: Address
  readonly marketId: Hex
  readonly action: MoveAction
  readonly settleGas: bigint
}

/** How it comes. */
export type Delivery = {
  readonly guid: Hex
  readonly srcEid: number
  /** The OFT or the pool at the source. */
  readonly sender: Address
  /** Who gets the tokens: the router at the destination, where a router tells it what to do with them. */
  readonly receiver: Address
  /** In units of the route. */
  readonly shared: bigint
  /** Base units at the destination. */
  readonly amount: bigint
  /** From the router at the source; nothing where the tokens are all that comes. */
  readonly composed?: { readonly composer: Address; readonly message: MoveMessage } | undefined
}

/** Calldata by which the endpoint hands a message to an OFT. */
export function encodeReceive(delivery: Delivery, executor: Address): Hex {
  const { guid, receiver, shared } = delivery
  const message = concatHex([padHex(receiver, { size: 32 }), toHex(shared, { size: 8 }), composedBytes(delivery)])
  return encodeFunctionData({
    abi,
    functionName: 'lzReceive',
    args: [originOf(delivery), guid, message, executor, '0x'],
  })
}

/** Calldata by which Stargate's messaging hands it to a pool. */
export function encodeTaxi(delivery: Delivery): Hex {
  const { guid, receiver, shared } = delivery
  const args = [originOf(delivery), guid, receiver, shared, composedBytes(delivery)] as const
  return encodeFunctionData({ abi, functionName: 'receiveTokenTaxi', args })
}

/** Calldata by which anybody has the endpoint hand what an OFT queued to the router. */
export function encodeCompose(delivery: Delivery, from: Address): Hex {
  const { guid, srcEid, amount, receiver } = delivery
  const heads = [toHex(NONCE, { size: 8 }), toHex(srcEid, { size: 4 }), toHex(amount, { size: 32 })]
  const message = concatHex([...heads, composedBytes(delivery)])
  return encodeFunctionData({ abi, functionName: 'lzCompose', args: [from, receiver, guid, 0, message, '0x'] })
}

function originOf({ srcEid, sender }: Delivery) {
  return { srcEid, sender: padHex(sender, { size: 32 }), nonce: NONCE }
}

function composedBytes({ composed }: Delivery): Hex {
  if (composed === undefined) return '0x'
  const { composer, message } = composed
  const { owner, ownerHasCode, recovery, market, marketId, action, settleGas } = message
  const words = [VERSION, owner, ownerHasCode, recovery, market, marketId, ACTIONS.indexOf(action), settleGas]
  return concatHex([padHex(composer, { size: 32 }), encodeAbiParameters(MESSAGE, words)])
}
