import { decodeEventLog, encodeEventTopics, padHex } from 'viem'
import { AbortedError } from '../../errors/AbortedError.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import type * as Ask from '../ask.ts'
import type { MessagePath } from '../EndpointReads.ts'
import type { TrackedMove } from '../MoveIntent.ts'
import * as Revert from '../Revert.ts'
import { isSame } from '../WhatIf.ts'
import type { DestinationEvidence, MoveHints } from './Evidence.ts'
import { endpointAbi } from './lzAbi.ts'
import type { MoveState } from './MoveState.ts'
import { type Log, readLogs } from './readLogs.ts'

/** Blocks before the one that was read that are searched. */
const SEARCHED = 10_000n

/** What logs of the destination add to a state that storage has decided; nothing where they do not tell. */
export async function readHints(
  chain: Ask.Chain,
  {
    move,
    path,
    state,
    evidence,
  }: {
    readonly move: TrackedMove & { readonly guid: Hex }
    readonly path: MessagePath
    readonly state: MoveState
    readonly evidence: DestinationEvidence
  },
  options: DeadlineOptions,
): Promise<MoveHints> {
  const { endpoint, oft, router } = move.destination
  const toBlock = evidence.block.number
  const range = { address: endpoint, fromBlock: toBlock > SEARCHED ? toBlock - SEARCHED : 0n, toBlock }
  const logs = (topics: readonly (Hex | readonly Hex[] | null)[]) => readLogs(chain, { ...range, topics }, options)
  try {
    switch (state) {
      case 'compose-queued': {
        const found = eventsOf(await logs([topicOf('LzComposeAlert'), word(oft), word(router)]), 'LzComposeAlert')
        const alert = found.filter(({ guid, index }) => guid === move.guid && index === 0).at(-1)
        return alert === undefined ? {} : { composeAlert: reasonOf(alert.reason) }
      }
      case 'verified': {
        const found = eventsOf(await logs([topicOf('LzReceiveAlert'), word(path.receiver)]), 'LzReceiveAlert')
        const alert = found.filter(({ guid }) => guid === move.guid).at(-1)
        return alert === undefined ? {} : { deliveryAlert: reasonOf(alert.reason) }
      }
      case 'skipped-nilified-burnt': {
        const found = await logs([[topicOf('InboundNonceSkipped'), topicOf('PacketBurnt')]])
        const isOurs = (event: {
          readonly srcEid: number
          readonly sender: Hex
          readonly receiver: Address
          readonly nonce: bigint
        }) =>
          event.nonce === evidence.nonce &&
          event.srcEid === path.srcEid &&
          isSame(event.receiver, path.receiver) &&
          event.sender.toLowerCase() === word(path.sender)
        if (eventsOf(found, 'InboundNonceSkipped').some(isOurs)) return { removal: 'skipped' }
        return eventsOf(found, 'PacketBurnt').some(isOurs) ? { removal: 'burnt' } : {}
      }
      default:
        return {}
    }
  } catch (error) {
    if (error instanceof AbortedError) throw error
    return {}
  }
}

type EventName = 'LzComposeAlert' | 'LzReceiveAlert' | 'InboundNonceSkipped' | 'PacketBurnt'

function topicOf(eventName: EventName): Hex {
  return encodeEventTopics({ abi: endpointAbi, eventName })[0]
}

function eventsOf<name extends EventName>(logs: readonly Log[], name: name) {
  return logs.flatMap(({ topics, data }) => {
    try {
      const event = decodeEventLog({ abi: endpointAbi, eventName: name, topics: [...topics] as [Hex, ...Hex[]], data })
      // The topics say which event it is, not the name that was asked for.
      return event.eventName === name ? [event.args] : []
    } catch {
      return []
    }
  })
}

function reasonOf(data: Hex): string {
  return Revert.decode(data).reason
}

function word(address: Address): Hex {
  return padHex(address, { size: 32 }).toLowerCase() as Hex
}
