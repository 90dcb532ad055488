import { type DecodeEventLogReturnType, decodeEventLog, encodeEventTopics, padHex } from 'viem'
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
import { type Log, searchLogs } from './readLogs.ts'

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
  // One page: they are asked for at every look.
  const range = { address: endpoint, toBlock: evidence.block.number, pages: 1 }
  const newest = async <name extends EventName, value>(
    name: name,
    topics: readonly Hex[],
    pick: (event: EventOf<name>) => value | undefined,
  ): Promise<value | undefined> => {
    const match = (log: Log) => {
      const event = eventOf(log, name)
      return event && pick(event)
    }
    return (await searchLogs(chain, { ...range, topics: [topicOf(name), ...topics], match }, options)).found
  }
  try {
    switch (state) {
      case 'compose-queued': {
        const composeAlert = await newest('LzComposeAlert', [word(oft), word(router)], ({ guid, index, reason }) =>
          guid === move.guid && index === 0 ? reasonOf(reason) : undefined,
        )
        return composeAlert === undefined ? {} : { composeAlert }
      }
      case 'verified': {
        const deliveryAlert = await newest('LzReceiveAlert', [word(path.receiver)], ({ guid, reason }) =>
          guid === move.guid ? reasonOf(reason) : undefined,
        )
        return deliveryAlert === undefined ? {} : { deliveryAlert }
      }
      case 'skipped-nilified-burnt': {
        const isOurs = (event: EventOf<'InboundNonceSkipped'> | EventOf<'PacketBurnt'>) =>
          event.nonce === evidence.nonce &&
          event.srcEid === path.srcEid &&
          isSame(event.receiver, path.receiver) &&
          event.sender.toLowerCase() === word(path.sender)
        if (await newest('InboundNonceSkipped', [], (event) => isOurs(event) || undefined))
          return { removal: 'skipped' }
        const isBurnt = await newest('PacketBurnt', [], (event) => isOurs(event) || undefined)
        return isBurnt ? { removal: 'burnt' } : {}
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

type EventOf<name extends EventName> = Extract<
  DecodeEventLogReturnType<typeof endpointAbi, name>,
  { readonly eventName: name }
>['args']

function eventOf<name extends EventName>({ topics, data }: Log, name: name): EventOf<name> | undefined {
  try {
    const event = decodeEventLog({ abi: endpointAbi, eventName: name, topics: [...topics] as [Hex, ...Hex[]], data })
    // The topics say which event it is, not the name that was asked for.
    return event.eventName === name ? (event.args as EventOf<name>) : undefined
  } catch {
    return undefined
  }
}

function reasonOf(data: Hex): string {
  return Revert.decode(data).reason
}

function word(address: Address): Hex {
  return padHex(address, { size: 32 }).toLowerCase() as Hex
}
