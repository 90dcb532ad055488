import { collateralRouterAbi, type Hex } from '@unimargin/sdk'
import {
  type DecodeFunctionDataReturnType,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  parseAbi,
} from 'viem'
import type { Log } from './Chain.ts'
import * as DestinationState from './DestinationState.ts'
import { AMOUNT, EIDS, endpoint, library, owner, router, SOURCE, verifiers } from './places.ts'
import { once } from './SourceState.ts'

const abi = [
  ...collateralRouterAbi,
  ...parseAbi([
    'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
    'function lzReceive(Origin origin, address receiver, bytes32 guid, bytes message, bytes extraData) payable',
    'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
    'function commitVerification(bytes packetHeader, bytes32 payloadHash)',
    'function retryReceiveToken(bytes32 guid, uint8 index, uint32 srcEid, address receiver, uint256 amountLD, bytes composeMsg)',
  ]),
]
const eventAbi = parseAbi([
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'event OFTReceived(bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD)',
  'event UnreceivedTokenCached(bytes32 guid, uint8 index, uint32 srcEid, address receiver, uint256 amountLD, bytes composeMsg)',
  'event LzComposeAlert(address indexed from, address indexed to, address indexed executor, bytes32 guid, uint16 index, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
])
const AMOUNT_WORD = [
  { type: 'bytes32' },
  { type: 'uint8' },
  { type: 'uint32' },
  { type: 'address' },
  { type: 'uint256' },
  { type: 'bytes' },
] as const

/**
 * A call at the destination, by whomever: every argument has to be what the contracts would hold against a hash or a sender.
 * Undefined where they would revert.
 */
export function callDestination(
  state: DestinationState.DestinationState,
  { from, to, data }: { readonly from: Hex; readonly to: Hex; readonly data: Hex },
): DestinationState.Change {
  const call = callIn(data)
  const letters = [...state.letters.values()]
  const named = (guid: unknown) => letters.find(({ message }) => message.guid === guid)
  switch (call.functionName) {
    case 'commitVerification': {
      const [header, hash] = call.args
      const found = letters.find(({ message }) => message.header === header && message.payloadHash === hash)
      return to === library && found ? DestinationState.commit(state, found.message.nonce) : undefined
    }
    case 'lzReceive': {
      const [{ nonce, srcEid }, receiver, guid, message] = call.args
      const found = named(guid)
      const isSaid = found?.message.message === message && found.message.nonce === nonce && srcEid === EIDS[SOURCE]
      const isThere = to === endpoint && receiver === state.way.receiver
      return isSaid && isThere ? withTold(DestinationState.deliver(state, nonce), nonce) : undefined
    }
    case 'lzCompose': {
      const [sender, receiver, guid, index, message] = call.args
      const found = named(guid)
      const isQueued = sender === state.way.there && receiver === router && index === 0 && to === endpoint
      return found?.message.composed === message && isQueued
        ? DestinationState.compose(state, found.message.nonce)
        : undefined
    }
    case 'retryReceiveToken': {
      const found = named(call.args[0])
      if (to !== state.way.there || found === undefined) return undefined
      const isKept = JSON.stringify(call.args, text) === JSON.stringify(unreceivedOf(state, found), text)
      const { nonce } = found.message
      return isKept ? withTold(DestinationState.payAgain(state, nonce), nonce) : undefined
    }
    case 'retry':
    case 'claim': {
      const found = named(call.args[0])
      if (to !== router || from !== owner || found === undefined) return undefined
      const act = call.functionName === 'retry' ? DestinationState.retry : DestinationState.claim
      return act(state, found.message.nonce)
    }
    default:
      return undefined
  }
}

const calls = new Map<Hex, DecodeFunctionDataReturnType<typeof abi>>()

function callIn(data: Hex): DecodeFunctionDataReturnType<typeof abi> {
  const call = calls.get(data) ?? decodeFunctionData({ abi, data })
  calls.set(data, call)
  return call
}

/** A pool that kept the tokens says of what, and what was paid out is told as well. */
export function withTold(change: DestinationState.Change, nonce: bigint): DestinationState.Change {
  if (change === undefined) return undefined
  const letter = DestinationState.letterAt(change.state, nonce)
  if (letter.tokens === 'paid') return { ...change, logs: [receivedLog(change.state, letter)] }
  if (letter.tokens !== 'unreceived') return change
  const log = once(`unreceived:${letter.message.guid}:${change.state.way.isDirect}`, () => ({
    address: change.state.way.there,
    topics: encodeEventTopics({ abi: eventAbi, eventName: 'UnreceivedTokenCached' }) as Hex[],
    data: encodeAbiParameters(AMOUNT_WORD, unreceivedOf(change.state, letter)),
  }))
  return { ...change, logs: [log] }
}

/** What an executor leaves behind when a compose reverts. */
export function composeAlert(state: DestinationState.DestinationState, nonce: bigint): Log {
  const { message } = DestinationState.letterAt(state, nonce)
  const { there } = state.way
  const [executor] = verifiers
  return once(`alert:${message.guid}:${there}`, () => ({
    address: endpoint,
    topics: encodeEventTopics({
      abi: eventAbi,
      eventName: 'LzComposeAlert',
      args: { from: there, to: router, executor },
    }) as Hex[],
    data: encodeAbiParameters(
      [
        { type: 'bytes32' },
        { type: 'uint16' },
        { type: 'uint256' },
        { type: 'uint256' },
        { type: 'bytes' },
        { type: 'bytes' },
        { type: 'bytes' },
      ],
      [message.guid, 0, 0n, 0n, message.composed, '0x', '0x'],
    ),
  }))
}

function receivedLog({ way }: DestinationState.DestinationState, { message }: DestinationState.Letter): Log {
  return once(`received:${message.guid}:${way.there}`, () => ({
    address: way.there,
    topics: encodeEventTopics({
      abi: eventAbi,
      eventName: 'OFTReceived',
      args: { guid: message.guid, toAddress: owner },
    }) as Hex[],
    data: encodeAbiParameters([{ type: 'uint32' }, { type: 'uint256' }], [EIDS[SOURCE], AMOUNT]),
  }))
}

function unreceivedOf({ way }: DestinationState.DestinationState, { message }: DestinationState.Letter) {
  const amount = BigInt(`0x${message.composed.slice(2 + 24, 2 + 88)}`)
  const [to, composed] = way.isDirect ? ([owner, '0x'] as const) : [router, message.composed]
  return [message.guid, 0, EIDS[SOURCE], to, amount, composed] as const
}

function text(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
