import { decodeEventLog, type Hex } from 'viem'
import type { Address } from '../../model/Hex.ts'
import { isSame } from '../WhatIf.ts'
import { packetAbi } from './messageAbi.ts'
import * as Packet from './Packet.ts'
import type { Log } from './readLogs.ts'

/** The packets that an endpoint emitted, in some logs. */
export function packetsIn(logs: readonly Log[], endpoint: Address): readonly Packet.Packet[] {
  return logs
    .filter(({ address }) => isSame(address, endpoint))
    .map(packetOf)
    .filter((packet) => packet !== undefined)
}

function packetOf(log: Log): Packet.Packet | undefined {
  try {
    const { args } = decodeEventLog({ abi: packetAbi, topics: [...log.topics] as [Hex, ...Hex[]], data: log.data })
    return Packet.decode(args.encodedPayload)
  } catch {
    return undefined
  }
}
