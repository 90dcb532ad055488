import { collateralRouterAbi, type Hex } from '@unimargin/sdk'
import { decodeFunctionData, encodeAbiParameters, encodeErrorResult, encodeEventTopics, erc20Abi, parseAbi } from 'viem'
import type { Log } from './Chain.ts'
import * as Message from './Message.ts'
import { AMOUNT, asset, DESTINATION, EIDS, endpoint, market, owner, router, type Way } from './places.ts'

/** What the source chain knows of the move and of its path. Immutable. */
export type SourceState = {
  readonly way: Way
  /** Nonces of the path that were ours, in order: more than one would be a move that was made twice. */
  readonly ours: readonly bigint[]
  readonly sent: { readonly nonce: bigint; readonly guid: Hex; readonly at: bigint } | undefined
  /** How many messages the path has. */
  readonly messages: bigint
  /** How many transactions of the owner were included. */
  readonly count: bigint
  /** Whether the market would let go of the collateral. */
  readonly isHealthy: boolean
  /** Base units in the owner's wallet: withdrawn, and not sent without a router yet. */
  readonly held: bigint
}

export type Executed<state> = { readonly state: state; readonly logs: readonly Log[] } | { readonly revert: Hex }

const abi = collateralRouterAbi
const packetAbi = parseAbi([
  'event PacketSent(bytes encodedPayload, bytes options, address sendLibrary)',
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
])

export function create(way: Way): SourceState {
  return { way, ours: [], sent: undefined, messages: 0n, count: 0n, isHealthy: true, held: 0n }
}

/** A call by the owner, as it would be executed now. */
export function execute(
  state: SourceState,
  { to, input }: { readonly to: Hex; readonly input: Hex },
  timestamp: bigint,
): Executed<SourceState> {
  if (to === router) return callRouter(state, input, timestamp)
  if (!state.way.isDirect) return { state, logs: [] }
  if (to === market) return withdraw(state)
  return to === state.way.here ? sendDirectly(state, timestamp) : { state, logs: [] }
}

function withdraw(state: SourceState): Executed<SourceState> {
  if (!state.isHealthy) return { revert: '0x' }
  return { state: { ...state, held: state.held + AMOUNT }, logs: [paid(market, owner)] }
}

function sendDirectly(state: SourceState, timestamp: bigint): Executed<SourceState> {
  if (state.held < AMOUNT || !state.isHealthy) return { revert: '0x' }
  const { nonce, guid, logs } = sendMessage(state, true)
  const sent = { nonce, guid, at: timestamp }
  return {
    state: { ...state, sent, ours: [...state.ours, nonce], messages: nonce, held: state.held - AMOUNT },
    logs: [paid(owner, state.way.here), ...logs],
  }
}

/** The asset goes from one to another, on either chain. */
export function paid(from: Hex, to: Hex): Log {
  return once(`paid:${from}:${to}`, () => ({
    address: asset,
    topics: encodeEventTopics({ abi: erc20Abi, eventName: 'Transfer', args: { from, to } }) as Hex[],
    data: encodeAbiParameters([{ type: 'uint256' }], [AMOUNT]),
  }))
}

function callRouter(state: SourceState, data: Hex, timestamp: bigint): Executed<SourceState> {
  const move = moveIn(data)
  if (move === undefined) return { revert: '0x' }
  if (timestamp > move.deadline) return reverted('DeadlineExpired', [move.deadline, timestamp])
  if (state.sent !== undefined) return reverted('MoveAlreadySent', [owner, move.id])
  if (!state.isHealthy) return reverted('SourceHealthTooLow', [1n, 2n])
  const { nonce, guid, logs } = sendMessage(state, true)
  const sent = { nonce, guid, at: timestamp }
  const moved = { ...state, sent, ours: [...state.ours, nonce], messages: nonce }
  return { state: moved, logs: [...logs, moveSent(guid, move.id)] }
}

type Move = { readonly id: Hex; readonly deadline: bigint }

/** Every seed reads the same few calls. */
const moves = new Map<Hex, Move | undefined>()

function moveIn(data: Hex): Move | undefined {
  if (moves.has(data)) return moves.get(data)
  const { functionName, args } = decodeFunctionData({ abi, data })
  const move = functionName === 'send' ? args[0] : undefined
  moves.set(data, move)
  return move
}

/** Somebody else's message on the same path. */
export function strangers(state: SourceState): { readonly state: SourceState; readonly logs: readonly Log[] } {
  const { nonce, logs } = sendMessage(state, false)
  return { state: { ...state, messages: nonce }, logs }
}

function sendMessage({ way, messages }: SourceState, isOurs: boolean) {
  const message = Message.make(way, messages + 1n, isOurs)
  const { guid, nonce, encoded } = message
  const packet = once(`packet:${guid}:${isOurs}:${way.isDirect}`, () => ({
    address: endpoint,
    topics: encodeEventTopics({ abi: packetAbi, eventName: 'PacketSent' }) as Hex[],
    data: encodeAbiParameters(
      [{ type: 'bytes' }, { type: 'bytes' }, { type: 'address' }],
      [encoded, '0x0003', endpoint],
    ),
  }))
  const fromAddress = way.isDirect && isOurs ? owner : router
  const oft = once(`oft:${guid}:${fromAddress}`, () => ({
    address: way.here,
    topics: encodeEventTopics({ abi: packetAbi, eventName: 'OFTSent', args: { guid, fromAddress } }) as Hex[],
    data: encodeAbiParameters(
      [{ type: 'uint32' }, { type: 'uint256' }, { type: 'uint256' }],
      [EIDS[DESTINATION], AMOUNT, AMOUNT],
    ),
  }))
  return { nonce, guid, logs: [packet, oft] }
}

function moveSent(guid: Hex, id: Hex): Log {
  return once(`sent:${guid}:${id}`, () => ({
    address: router,
    topics: encodeEventTopics({ abi, eventName: 'MoveSent', args: { guid, owner, id } }) as Hex[],
    data: encodeAbiParameters(
      [
        { type: 'address' },
        { type: 'uint256' },
        { type: 'uint32' },
        { type: 'uint8' },
        { type: 'address' },
        { type: 'bytes32' },
      ],
      [asset, AMOUNT, EIDS[DESTINATION], 0, asset, `0x${'00'.repeat(32)}`],
    ),
  }))
}

function reverted(
  errorName: 'DeadlineExpired' | 'MoveAlreadySent' | 'SourceHealthTooLow',
  args: readonly unknown[],
): { readonly revert: Hex } {
  return { revert: encodeErrorResult({ abi, errorName, args } as never) }
}

const logs = new Map<string, Log>()

/** Encoded once for all seeds. */
export function once(key: string, encode: () => Log): Log {
  const log = logs.get(key) ?? encode()
  logs.set(key, log)
  return log
}
