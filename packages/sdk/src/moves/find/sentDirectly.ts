import { decodeEventLog, decodeFunctionData, getAddress, type Hex, size, slice } from 'viem'
import type { Address } from '../../model/Hex.ts'
import { oftAbi as callAbi } from '../direct/oftAbi.ts'
import { oftAbi } from '../track/messageAbi.ts'
import type * as Packet from '../track/Packet.ts'
import { packetsIn } from '../track/packetsIn.ts'
import type { Log } from '../track/readLogs.ts'
import { isSame } from '../WhatIf.ts'
import { type FoundDirect, oftsAt, type Place } from './FoundMove.ts'

/**
 * What owners sent by the OFTs and pools of the client's routes, in the logs of one transaction. Only what nothing is composed of: what
 * somebody has run at the destination is none of their own accounts' any more.
 */
export function sentDirectly(
  place: Place,
  hash: Hex,
  logs: readonly Log[],
): readonly (FoundDirect & { readonly guid: Hex })[] {
  const ofts = oftsAt(place)
  const packets = packetsIn(logs, place.deployment.endpoint)
  return logs.flatMap((log) => {
    const known = ofts.find(({ oft }) => isSame(oft, log.address))
    const sent = known && sentIn(log)
    const packet = packets.find(({ guid }) => sent !== undefined && isSame(guid, sent.guid))
    if (known === undefined || sent === undefined || packet === undefined) return []
    const recipient = recipientOf(packet, known.head)
    if (recipient === undefined) return []
    const { guid, fromAddress: owner, amountSentLD: amount } = sent
    const { dstEid, nonce } = packet
    return [{ hash, guid, nonce, owner, dstEid, oft: known.oft, recipient, amount }]
  })
}

/** What a transaction was meant to send, while it is in no block or where it reverted. */
export function meantDirectly(
  place: Place,
  hash: Hex,
  { from: owner, to, input }: { readonly from: Address; readonly to: string; readonly input: Hex },
): FoundDirect | undefined {
  const known = oftsAt(place).find(({ oft }) => isSame(oft, to))
  if (known === undefined) return undefined
  try {
    const { functionName, args } = decodeFunctionData({ abi: callAbi, data: input })
    if (functionName !== 'send') return undefined
    const [{ dstEid, to: word, amountLD: amount, composeMsg, oftCmd }] = args
    const recipient = accountIn(word)
    if (recipient === undefined || composeMsg !== '0x' || oftCmd !== '0x') return undefined
    return { hash, owner, dstEid, oft: known.oft, recipient, amount }
  } catch {
    return undefined
  }
}

function sentIn({ topics, data }: Log) {
  try {
    const { args } = decodeEventLog({
      abi: oftAbi,
      eventName: 'OFTSent',
      topics: [...topics] as [Hex, ...Hex[]],
      data,
    })
    return args
  } catch {
    return undefined
  }
}

/** Nothing where more goes along than to whom and how much. */
function recipientOf({ message }: Packet.Packet, head: number): Address | undefined {
  return size(message) === head ? accountIn(slice(message, head - 40, head - 8)) : undefined
}

function accountIn(word: Hex): Address | undefined {
  return BigInt(slice(word, 0, 12)) === 0n ? getAddress(slice(word, 12)) : undefined
}
