import { type Address, getAddress, type Hex, isAddressEqual, slice } from 'viem'
import { reasonText } from '../chain/reasonText.ts'
import type { EndpointEvent } from './EndpointEvents.ts'
import { type ComposeRecord, hasReached, type MessageRecord, type MessageStep } from './MessageRecord.ts'
import * as Packet from './Packet.ts'
import * as PaidGas from './PaidGas.ts'

/** A message with what the worker needs to move it. */
export type Entry = {
  readonly record: MessageRecord
  readonly packet: Packet.Packet
  readonly paid: PaidGas.PaidGas
}

/** Everything that the chains said about messages so far. It can always be written anew from their logs. */
export type MessageBook = {
  readonly entries: Map<Hex, Entry>
  readonly paths: Map<string, Hex>
  /** Events of a destination that was read before the source: kept until the message is known. */
  waiting: readonly EndpointEvent[]
}

/** Anyone can emit events about messages that never were. */
const MAX_WAITING = 1_000

export function create(): MessageBook {
  return { entries: new Map(), paths: new Map(), waiting: [] }
}

/** Whose word counts. */
export type Trusted = {
  /** Alerts of others' executors are hearsay. */
  readonly isOurExecutor: (address: Address) => boolean
  /**
   * Whether the receiver of a message says that somebody else queues composes for it, as Stargate's messaging does of its
   * pools. Nobody if left out.
   */
  readonly isComposer?: ((packet: Packet.Packet, from: Address) => boolean) | undefined
}

/** Writes events down, in their order. */
export function write(book: MessageBook, events: readonly EndpointEvent[], trusted: Trusted): void {
  for (const event of events) {
    if (event.kind !== 'sent') continue
    const { packet, options, transactionHash } = event
    book.paths.set(Packet.pathKey(packet), packet.guid)
    book.entries.set(packet.guid, firstEntry(packet, options, transactionHash))
  }
  const unknown: EndpointEvent[] = []
  for (const event of [...book.waiting, ...events]) {
    if (event.kind === 'sent') continue
    const guid = 'guid' in event ? event.guid : book.paths.get(event.path)
    const entry = guid === undefined ? undefined : book.entries.get(guid)
    if (entry === undefined) unknown.push(event)
    else book.entries.set(entry.record.guid, { ...entry, record: after(entry, event, trusted) })
  }
  book.waiting = unknown.slice(-MAX_WAITING)
}

/** A compose that somebody queued in the name of another's message. */
export type Claim = { readonly packet: Packet.Packet; readonly from: Address }

/** What has to be asked before events are written: whether those who queued composes speak for the messages' receivers. */
export function claims(book: MessageBook, events: readonly EndpointEvent[]): readonly Claim[] {
  const packets = new Map([...book.entries.values()].map(({ packet }) => [packet.guid, packet]))
  for (const event of events) if (event.kind === 'sent') packets.set(event.packet.guid, event.packet)
  return [...book.waiting, ...events].flatMap((event) => {
    const packet = event.kind === 'compose-sent' ? packets.get(event.guid) : undefined
    if (event.kind !== 'compose-sent' || packet === undefined) return []
    return isAddressEqual(event.from, receiverOf(packet)) ? [] : [{ packet, from: event.from }]
  })
}

/** Notes that a step did not work, so that it is not tried again and again. */
export function fail(book: MessageBook, guid: Hex, step: MessageStep, reason: string): void {
  change(book, guid, (record) => ({ ...record, failure: { step, reason } }))
}

/** Forgets a failure, so that the step is tried again. */
export function forgive(book: MessageBook, guid: Hex): void {
  change(book, guid, ({ failure: _, ...record }) => record)
}

function change(book: MessageBook, guid: Hex, to: (record: MessageRecord) => MessageRecord): void {
  const entry = book.entries.get(guid)
  if (entry !== undefined) book.entries.set(guid, { ...entry, record: to(entry.record) })
}

/** What the worker would do next to a message, if anything. */
export function nextStep({ record, paid }: Entry): MessageStep | undefined {
  if (record.failure !== undefined) return undefined
  if (record.phase === 'sent') return 'verify'
  if (record.phase === 'verified') return 'deliver'
  return nextCompose({ record, paid }) === undefined ? undefined : 'compose'
}

/** The first compose that is queued and paid for. One that nobody paid for stays queued until anyone composes it. */
export function nextCompose({ record, paid }: Pick<Entry, 'record' | 'paid'>): ComposeRecord | undefined {
  return record.composes.find(({ status, index }) => status === 'queued' && paid.compose.has(index))
}

/** A message and those sent before it on its pathway, in the order of their sending. */
export function upTo(book: MessageBook, { srcEid, dstEid, sender, receiver, nonce }: MessageRecord): MessageRecord[] {
  return [...book.entries.values()]
    .map(({ record }) => record)
    .filter((other) => other.srcEid === srcEid && other.dstEid === dstEid && other.nonce <= nonce)
    .filter((other) => other.sender === sender && other.receiver === receiver)
    .sort((a, b) => (a.nonce < b.nonce ? -1 : 1))
}

function firstEntry(packet: Packet.Packet, options: Hex, sentIn: Hex): Entry {
  const { guid, srcEid, dstEid, nonce } = packet
  const parties = { sender: getAddress(slice(packet.sender, 12)), receiver: receiverOf(packet) }
  const record: MessageRecord = { guid, srcEid, dstEid, nonce, ...parties, sentIn, phase: 'sent', composes: [] }
  try {
    return { packet, record, paid: PaidGas.parse(options) }
  } catch (error) {
    const failure = { step: 'deliver' as const, reason: error instanceof Error ? error.message : String(error) }
    return { packet, record: { ...record, failure }, paid: PaidGas.NOTHING }
  }
}

function receiverOf({ receiver }: Packet.Packet): Address {
  return getAddress(slice(receiver, 12))
}

function after(
  { record, packet }: Entry,
  event: Exclude<EndpointEvent, { kind: 'sent' }>,
  { isOurExecutor, isComposer = () => false }: Trusted,
): MessageRecord {
  const { failure: _, ...going } = record
  const mayCompose = (from: Address): boolean => isAddressEqual(from, record.receiver) || isComposer(packet, from)
  switch (event.kind) {
    case 'verified':
      return record.phase === 'sent' ? { ...going, phase: 'verified' } : record
    case 'delivered':
      return record.phase === 'composed' ? record : { ...going, phase: 'delivered' }
    case 'compose-sent': {
      // Anyone may queue a compose under any guid: only what its receiver stands for belongs to the message.
      if (!mayCompose(event.from)) return record
      const { index, from, to, message } = event
      return { ...record, composes: [...record.composes, { index, from, to, message, status: 'queued' }] }
    }
    case 'compose-delivered': {
      if (!mayCompose(event.from)) return record
      const composes = record.composes.map((compose) =>
        compose.index === event.index && isAddressEqual(compose.from, event.from)
          ? { ...compose, status: 'composed' as const }
          : compose,
      )
      const done = composes.every(({ status }) => status === 'composed')
      return { ...going, composes, phase: done ? 'composed' : record.phase }
    }
    case 'deliver-failed':
    case 'compose-failed': {
      if (!isOurExecutor(event.executor)) return record
      const step = event.kind === 'deliver-failed' ? 'deliver' : 'compose'
      // Somebody else was faster: then the executor finds nothing left to do, and that is no failure.
      if (hasReached(record, step === 'deliver' ? 'delivered' : 'composed')) return record
      return { ...record, failure: { step, reason: reasonText(event.reason) } }
    }
  }
}
