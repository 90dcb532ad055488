import { decodeEventLog, encodeEventTopics, encodeFunctionData, padHex, zeroAddress } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { AbortedError } from '../errors/AbortedError.ts'
import { isUnimarginError } from '../errors/BaseError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { DeadlineOptions } from '../reads/withDeadline.ts'
import * as Ask from './ask.ts'
import { assertAddress } from './assertAddress.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import { getMoveStatus } from './getMoveStatus.ts'
import { getTransactionCount } from './getTransaction.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { MoveCall, MoveIntent, TrackedMove } from './MoveIntent.ts'
import type { MoveStatus } from './MoveStatus.ts'
import { moveHints } from './moveHints.ts'
import * as RouterReads from './RouterReads.ts'
import { attempt } from './track/attempt.ts'
import { endpointAbi, poolAbi, receiveLibraryAbi } from './track/lzAbi.ts'
import type { MessageScan } from './track/MessageScan.ts'
import type { MoveState } from './track/MoveState.ts'
import * as Packet from './track/Packet.ts'
import { pathOf } from './track/pathOf.ts'
import type { Recovery, RecoveryAction } from './track/Recovery.ts'
import { readAttestations } from './track/readAttestations.ts'
import { readComposeHash, readInboundNonce } from './track/readChannel.ts'
import type { Log } from './track/readLogs.ts'
import { readPacket, readPacketBefore } from './track/readPacket.ts'
import { searchArrival } from './track/searchArrival.ts'
import { isSame } from './WhatIf.ts'

export type RecoverParameters = DeadlineOptions & {
  /** The move; an intent, where it may have to be sent again. */
  readonly move: TrackedMove | MoveIntent
  /** Who will sign what is parked, and what anyone may call. The owner unless given; `resend` is always the owner's. */
  readonly caller?: Address | undefined
  /** Who may know the transactions of messages, where nodes keep no old logs. What they say is looked up on the chain. */
  readonly scan?: MessageScan | undefined
}

/**
 * Says what takes a move out of where it stands, and prepares the exact calls: unsigned, simulated as `caller` would send them,
 * each with who may call it and the gas to send it with. Nothing is sent.
 *
 * What a message says comes from logs of the source, and is used only where the hashes that the destination keeps prove it.
 *
 * @throws InvalidAddressError when `caller` is none.
 * @throws UnknownChainError when the client does not know one of the chains.
 * @throws ChainUnavailableError when a chain does not answer what a simulation needs.
 * @throws AbortedError when `signal` is aborted.
 *
 * @example
 * import { type MarginContext, recover, type TrackedMove } from '@unimargin/sdk'
 *
 * export async function help(client: MarginContext, move: TrackedMove): Promise<void> {
 *   const { status, actions, advice } = await recover(client, { move })
 *   console.log(status.state, advice)
 *   for (const { kind, call, who } of actions) console.log(kind, call.chainId, call.to, who)
 * }
 */
export async function recover(client: MarginContext, parameters: RecoverParameters): Promise<Recovery> {
  const { caller = parameters.move.owner, timeout, signal, scan } = parameters
  assertAddress('caller', caller)
  const status = await getMoveStatus(client, { ...parameters, hints: moveHints(parameters) })
  const { move } = status
  const help: Help = {
    client,
    status,
    caller,
    options: { timeout, signal, scan, head: status.blocks.source?.number },
    source: { chainId: move.sourceChainId, client: client.getClient(move.sourceChainId) },
    destination: { chainId: move.destinationChainId, client: client.getClient(move.destinationChainId) },
  }
  const isUntold = status.state === 'delivered' && status.amount === undefined
  const own = move.direct === undefined ? undefined : isUntold ? UNPAID : OWN_STEPS[status.state]
  if (own !== undefined) return nothing(help, own)
  switch (status.state) {
    case 'intended':
    case 'signed':
    case 'submitted':
    case 'replaced':
    case 'reorged':
      return resend(help, 'move' in parameters.move ? parameters.move : undefined)
    case 'sent':
    case 'verifying':
      return commit(help)
    case 'skipped-nilified-burnt':
      return status.removal === 'nilified'
        ? commit(help)
        : nothing(help, 'Only whoever issues the token can make this good: ask them, with the GUID of the message.')
    case 'blocked-by-nonce':
      return unblock(help)
    case 'verified':
      return deliver(help)
    case 'unreceived':
      return receive(help)
    case 'compose-queued':
    case 'compose-failed':
      return compose(help)
    case 'parked':
      return release(help)
    case 'mined':
    case 'delivered':
      return nothing(help, 'Wait, or ask another node: what comes next is not seen yet.')
    default:
      return nothing(help, 'Nothing is left to be done.')
  }
}

type Help = {
  readonly client: MarginContext
  readonly status: MoveStatus
  readonly caller: Address
  readonly options: DeadlineOptions & {
    readonly scan: MessageScan | undefined
    readonly head: bigint | undefined
  }
  readonly source: Ask.Chain
  readonly destination: Ask.Chain
}

const GO_ON = 'Go on with `sendDirectMove`, given the move as it was told last: what is included is not sent again.'

/** What only the owner's next step ends, where no router carries the move. */
const OWN_STEPS: Readonly<Partial<Record<MoveState, string>>> = {
  intended: GO_ON,
  signed: GO_ON,
  submitted:
    'Wait until it is included. Where its hash was lost, `sendDirectMove` looks for it, given the move as it was told last.',
  replaced: GO_ON,
  reorged: 'Wait: it may come back. Then, or when it was replaced, go on with `sendDirectMove`.',
  mined: GO_ON,
  delivered: "Supply what has arrived, or repay with it: `prepareArrival` prepares the recipient's calls.",
  refunded:
    "It was not sent and lies in the owner's wallet: supply it again, plan another move, or go on with `sendDirectMove` all the same.",
}

const UNPAID =
  "It was executed, or removed by the token's owner, and no log says how much was paid out. Ask a node of the destination that keeps " +
  'old logs: `issues` name the blocks that were looked through.'

const UNTOLD =
  'No node tells what the message said: pass the hash of its transaction, or ask a node that keeps old logs.'

function nothing({ status }: Help, advice: string): Recovery {
  return { status, actions: [], advice }
}

async function one(
  help: Help,
  chain: Ask.Chain,
  action: Omit<RecoveryAction, 'gas' | 'refused'>,
  advice: string,
): Promise<Recovery> {
  return { status: help.status, actions: [await attempt(chain, help.caller, action, help.options)], advice }
}

async function packetOf(help: Help): Promise<Packet.Packet | undefined> {
  const { guid } = help.status.move
  return guid === undefined ? undefined : readPacket(help.source, { ...help.status.move, guid }, help.options)
}

async function resend(help: Help, intent: MoveIntent | undefined): Promise<Recovery> {
  const { status, source } = help
  const { state, move } = status
  if (intent === undefined) {
    return nothing(help, 'Wait until its deadline has passed: without the intent it cannot be sent again.')
  }
  const call: MoveCall = {
    chainId: move.sourceChainId,
    to: intent.source.router,
    data: MoveCalldata.encodeSend(intent.move),
    value: intent.value,
  }
  MoveCalldata.assertSend(call, intent)
  // Where its place in the account's order is still free, the same place again: only one of the two can be mined.
  const nonce = state === 'replaced' ? undefined : await freePlace(help)
  const advice =
    state === 'replaced'
      ? 'Another transaction took its place, so that it cannot be mined any more. Send it again, or let it be.'
      : 'Wait; or send it again with more gas. The router takes an id once, so that it can never move twice.'
  const does = 'Sends the same move again, with the id that the router takes once.'
  const prepared = { kind: 'resend', call, does, who: 'owner', nonce } as const
  // Of whom it is the router reads from who sends it: for anybody else it would move their own.
  const action = await attempt(source, move.owner, prepared, help.options)
  // What was signed for the router alone is not in the intent.
  const anew = `As it is it cannot be sent again: ${action.refused}. Prepare it anew with its id, ${move.id}.`
  return { status, actions: [action], advice: action.refused === undefined ? advice : anew }
}

/** The place of its transaction, unless another has taken it since. */
async function freePlace({ status, source, options }: Help): Promise<bigint | undefined> {
  const { move, blocks } = status
  if (move.transaction === undefined || blocks.source === undefined) return move.transaction?.nonce
  const { from, nonce } = move.transaction
  const count = await getTransactionCount(source, from, blocks.source.number, options)
  return count > nonce ? undefined : nonce
}

async function commit(help: Help): Promise<Recovery> {
  const packet = await packetOf(help)
  if (packet === undefined) return nothing(help, `Wait for the verifiers. ${UNTOLD}`)
  return commitPacket(help, packet, 'Anyone may commit what the verifiers attested to.')
}

async function commitPacket(help: Help, packet: Packet.Packet, advice: string): Promise<Recovery> {
  const { destination, status } = help
  const attested = await readAttestations(destination, status.move.destination.endpoint, packet, help.options)
  if (attested.status !== 'ok') return nothing(help, 'Wait: who has attested to it could not be read.')
  const { given, needed, isVerifiable, library } = attested.value
  if (!isVerifiable) {
    const of = `${given} of ${needed} verifiers have attested to message ${packet.nonce}`
    return nothing(help, `${advice} Wait: ${of}, and nobody else can do that for them.`)
  }
  const args = [packet.header, packet.payloadHash] as const
  const data = encodeFunctionData({ abi: receiveLibraryAbi, functionName: 'commitVerification', args })
  const call: MoveCall = { chainId: destination.chainId, to: library, data, value: 0n }
  const does = `Commits the attestations of message ${packet.nonce} to the endpoint.`
  return one(help, destination, { kind: 'commit', call, does, who: 'anyone' }, advice)
}

/** A message before it is missing: it may be anybody's, and its GUID follows from the path. */
async function unblock(help: Help): Promise<Recovery> {
  const { client, status, destination, source, options } = help
  const { move } = status
  const path = pathOf(client, move)
  const passed = await readInboundNonce(destination, move.destination.endpoint, path, options)
  if (passed === undefined) return nothing(help, 'Wait: which message is missing could not be read.')
  const nonce = passed + 1n
  const guid = Packet.guidOf({
    ...path,
    nonce,
    dstEid: move.destination.eid,
    sender: word(path.sender),
    receiver: word(path.receiver),
  })
  const advice = `It waits for message ${nonce} of its path (${guid}), which has to be verified first.`
  const packet = await readPacketBefore(source, move, guid, options)
  if (packet === undefined) return nothing(help, `${advice} No node tells what it said.`)
  return commitPacket(help, packet, advice)
}

async function deliver(help: Help): Promise<Recovery> {
  const { destination, status } = help
  const packet = await packetOf(help)
  if (packet === undefined) return nothing(help, `Wait for an executor. ${UNTOLD}`)
  const { srcEid, sender, nonce, guid, message } = packet
  const args = [{ srcEid, sender, nonce }, Packet.receiverOf(packet), guid, message, '0x'] as const
  const data = encodeFunctionData({ abi: endpointAbi, functionName: 'lzReceive', args })
  const call: MoveCall = { chainId: destination.chainId, to: status.move.destination.endpoint, data, value: 0n }
  const does = 'Delivers the tokens to the router on the destination.'
  return one(help, destination, { kind: 'deliver', call, does, who: 'anyone' }, 'Anyone may deliver it.')
}

async function compose(help: Help): Promise<Recovery> {
  const { destination, status, options } = help
  const { move } = status
  const { endpoint, oft, router } = move.destination
  const [packet, hash] = await Promise.all([packetOf(help), readComposeHash(destination, move, options)])
  const message = packet === undefined || hash === undefined ? undefined : Packet.composedOf(packet, hash)
  if (message === undefined || move.guid === undefined) return nothing(help, `Wait for an executor. ${UNTOLD}`)
  const args = [oft, router, move.guid, 0, message, '0x'] as const
  const data = encodeFunctionData({ abi: endpointAbi, functionName: 'lzCompose', args })
  const call: MoveCall = { chainId: destination.chainId, to: endpoint, data, value: 0n }
  const does = 'Has the router supply or repay for the owner, with the gas that the owner paid for.'
  return one(help, destination, { kind: 'compose', call, does, who: 'anyone' }, 'Anyone may run it.')
}

/** What a pool could not pay out is told by its log, and proved by its hash: with anything else the call reverts. */
async function receive(help: Help): Promise<Recovery> {
  const { source, destination, status, options } = help
  const { oft } = status.move.destination
  const head = status.blocks.destination
  if (head === undefined) return nothing(help, 'Wait: the destination could not be read.')
  const topics = encodeEventTopics({ abi: poolAbi, eventName: 'UnreceivedTokenCached' })
  const match = ({ topics: own, data }: Log) => {
    try {
      const { args } = decodeEventLog({ abi: poolAbi, topics: [...own] as [Hex, ...Hex[]], data })
      return args.guid === status.move.guid ? args : undefined
    } catch {
      return undefined
    }
  }
  const arrival = await searchArrival(
    { source, destination },
    status.move,
    head,
    { address: oft, topics, match },
    options,
  )
  if (arrival.found === undefined) {
    const node = `ask a node of chain ${destination.chainId} that keeps the logs since it was sent`
    return nothing(help, `The pool keeps it, and no log in blocks ${arrival.looked} says of what: ${node}.`)
  }
  const { guid, index, srcEid, receiver, amountLD, composeMsg } = arrival.found
  const args = [guid, index, srcEid, receiver, amountLD, composeMsg] as const
  const data = encodeFunctionData({ abi: poolAbi, functionName: 'retryReceiveToken', args })
  const call: MoveCall = { chainId: destination.chainId, to: oft, data, value: 0n }
  const does = 'Has the pool pay the router what it could not pay before.'
  return one(help, destination, { kind: 'receive', call, does, who: 'anyone' }, 'Anyone may have the pool pay again.')
}

async function release(help: Help): Promise<Recovery> {
  const { destination, status, caller, options } = help
  const { guid, destination: end } = status.move
  if (guid === undefined || caller === zeroAddress) {
    return nothing(help, 'The owner or the recovery address retries or claims it: pass who will sign as `caller`.')
  }
  const { results } = await Ask.snapshot(destination, [RouterReads.arrival(end.router, guid)], options)
  const { owner, recovery } = Ask.answerOf(destination, 'arrival', results[0])
  const both = isSame(recovery, zeroAddress) ? `the owner, ${owner}` : `the owner, ${owner}, or ${recovery}`
  const [retry, claim] = await released(help, guid, caller)
  if (!isSame(caller, owner) && !isSame(caller, recovery)) {
    const advice = `${caller} may neither retry nor claim it: only ${both}, may. Pass who will sign as \`caller\`.`
    return { status, actions: [claim, retry], advice }
  }
  if (retry.refused === undefined) {
    return { status, actions: [retry, claim], advice: 'The market takes it now: retry it.' }
  }
  const mayBeAbsent = isSame(caller, owner) && !isSame(recovery, owner) && !isSame(recovery, zeroAddress)
  if (mayBeAbsent && (await isAbsent(help, owner))) {
    const advice = `The owner is a contract that does not stand on this chain: ${recovery}, its recovery address, can claim it.`
    const [again, paid] = await released(help, guid, recovery)
    return { status, actions: [paid, again], advice }
  }
  const advice = 'The market still refuses it: wait for it and retry, or claim what is parked.'
  return { status, actions: [claim, retry], advice }
}

/** What ends it, as somebody would send it. */
async function released(
  { destination, status, options }: Help,
  guid: Hex,
  by: Address,
): Promise<readonly [retry: RecoveryAction, claim: RecoveryAction]> {
  const abi = collateralRouterAbi
  const { router } = status.move.destination
  const to = (data: Hex): MoveCall => ({ chainId: destination.chainId, to: router, data, value: 0n })
  const who = 'owner-or-recovery'
  const retry = {
    kind: 'retry',
    call: to(encodeFunctionData({ abi, functionName: 'retry', args: [guid] })),
    does: 'Supplies or repays what is parked.',
    who,
  } as const
  const claim = {
    kind: 'claim',
    call: to(encodeFunctionData({ abi, functionName: 'claim', args: [guid, by] })),
    does: `Pays what is parked to ${by}.`,
    who,
  } as const
  return Promise.all([attempt(destination, by, retry, options), attempt(destination, by, claim, options)])
}

/** Whether the owner is a contract of the source alone. A node simulates calls from an address that nobody can sign for. */
async function isAbsent({ source, destination, options }: Help, owner: Address): Promise<boolean> {
  try {
    if (await Ask.hasCode(destination, owner, options)) return false
    return Ask.isContract(await Ask.codeOf(source, owner, options))
  } catch (error) {
    if (error instanceof AbortedError || !isUnimarginError(error)) throw error
    return false
  }
}

function word(address: Address): Hex {
  return padHex(address, { size: 32 })
}
