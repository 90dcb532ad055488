import { concatHex, numberToHex, pad } from 'viem'
import { describe, expect, test } from 'vitest'
import type { EndpointEvent } from './EndpointEvents.ts'
import * as MessageBook from './MessageBook.ts'
import * as Packet from './Packet.ts'

const OFT = '0x00000000000000000000000000000000000000bb'
const ROUTER = '0x00000000000000000000000000000000000000cc'
const OURS = '0x00000000000000000000000000000000000000ee'
const STRANGER = '0x00000000000000000000000000000000000000ff'
const trusted: MessageBook.Trusted = { isOurExecutor: (address) => address === OURS }

const packet = Packet.decode(
  concatHex([
    '0x01',
    numberToHex(1, { size: 8 }),
    numberToHex(30110, { size: 4 }),
    pad('0xaa', { size: 32 }),
    numberToHex(30184, { size: 4 }),
    pad(OFT),
    pad('0x1234', { size: 32 }),
    '0x01',
  ]),
)
const COMPOSE_OPTIONS = concatHex(['0x0003', '0x01', '0x0013', '0x03', '0x0000', numberToHex(9n, { size: 16 })])
const sent: EndpointEvent = { kind: 'sent', packet, options: COMPOSE_OPTIONS, transactionHash: '0x05' }
const verified: EndpointEvent = { kind: 'verified', path: Packet.pathKey(packet) }
const delivered: EndpointEvent = { kind: 'delivered', path: Packet.pathKey(packet) }
const composeSent = (from: typeof OFT | typeof STRANGER): EndpointEvent => ({
  kind: 'compose-sent',
  guid: packet.guid,
  index: 0,
  from,
  to: ROUTER,
  message: '0x',
})
const composed: EndpointEvent = { kind: 'compose-delivered', guid: packet.guid, index: 0, from: OFT }
const failed = (kind: 'deliver-failed' | 'compose-failed', executor: typeof OURS | typeof STRANGER): EndpointEvent => ({
  kind,
  guid: packet.guid,
  reason: '0x12345678',
  executor,
})

function written(...events: readonly EndpointEvent[]): MessageBook.Entry {
  const book = MessageBook.create()
  MessageBook.write(book, events, trusted)
  const entry = book.entries.get(packet.guid)
  if (entry === undefined) throw new RangeError('the message is not in the book')
  return entry
}

describe('write', () => {
  test('default: one step after the other', () => {
    const story = [sent, verified, composeSent(OFT), delivered, composed]
    const steps = story.map((_, index) => {
      const entry = written(...story.slice(0, index + 1))
      return [entry.record.phase, MessageBook.nextStep(entry)]
    })
    expect(steps).toEqual([
      ['sent', 'verify'],
      ['verified', 'deliver'],
      // Queued while it is being delivered.
      ['verified', 'deliver'],
      ['delivered', 'compose'],
      ['composed', undefined],
    ])
  })

  test('behavior: a destination that was read before the source', () => {
    const book = MessageBook.create()
    MessageBook.write(book, [verified, composeSent(OFT), delivered], trusted)
    expect(book.entries.size).toBe(0)
    MessageBook.write(book, [sent], trusted)
    expect(book.entries.get(packet.guid)?.record).toMatchObject({ phase: 'delivered', composes: [{ to: ROUTER }] })
    expect(book.waiting).toEqual([])
  })

  test('behavior: what strangers say does not count', () => {
    expect(written(sent, verified, composeSent(STRANGER)).record.composes).toEqual([])
    expect(written(sent, verified, failed('deliver-failed', STRANGER)).record.failure).toBeUndefined()
  })

  test('behavior: what the receiver lets somebody else queue belongs to its message', () => {
    const book = MessageBook.create()
    const pool: MessageBook.Trusted = { ...trusted, isComposer: (_, from) => from === STRANGER }
    MessageBook.write(book, [sent, verified, composeSent(STRANGER), delivered], pool)
    expect(book.entries.get(packet.guid)?.record.composes).toMatchObject([{ from: STRANGER, status: 'queued' }])
    // The receiver's own, which was never queued.
    MessageBook.write(book, [composed], pool)
    expect(book.entries.get(packet.guid)?.record).toMatchObject({
      phase: 'delivered',
      composes: [{ status: 'queued' }],
    })
    MessageBook.write(book, [{ ...composed, from: STRANGER }], pool)
    expect(book.entries.get(packet.guid)?.record.phase).toBe('composed')
  })

  test('behavior: a failed step is not repeated, and forgotten when somebody else takes it', () => {
    const failing = written(sent, verified, failed('deliver-failed', OURS))
    expect(failing.record.failure).toEqual({ step: 'deliver', reason: 'reverted with 0x12345678' })
    expect(MessageBook.nextStep(failing)).toBeUndefined()
    expect(written(sent, verified, failed('deliver-failed', OURS), delivered).record.failure).toBeUndefined()
  })

  test('behavior: the executor coming second is no failure', () => {
    expect(written(sent, verified, delivered, failed('deliver-failed', OURS)).record.failure).toBeUndefined()
    const late = written(sent, verified, composeSent(OFT), delivered, composed, failed('compose-failed', OURS))
    expect(late.record).toMatchObject({ phase: 'composed' })
    expect(late.record.failure).toBeUndefined()
  })

  test('behavior: a stranger cannot fill the book with messages that never were', () => {
    const book = MessageBook.create()
    const noise = Array.from({ length: 3_000 }, () => composeSent(STRANGER))
    MessageBook.write(book, noise, trusted)
    expect(book.waiting.length).toBeLessThanOrEqual(1_000)
  })

  test('behavior: options that no executor understands fail the message, not the worker', () => {
    const { record } = written({ kind: 'sent', packet, options: '0x0001', transactionHash: '0x05' })
    expect(record.failure?.reason).toContain('options not of type 3')
  })
})

describe('claims', () => {
  test('default: who has to be asked about, once the message is known', () => {
    const book = MessageBook.create()
    expect(MessageBook.claims(book, [composeSent(STRANGER)])).toEqual([])
    MessageBook.write(book, [composeSent(STRANGER)], trusted)
    // It waits, and the message arrives.
    expect(MessageBook.claims(book, [sent])).toEqual([{ packet, from: STRANGER }])
    expect(MessageBook.claims(MessageBook.create(), [sent, composeSent(OFT)])).toEqual([])
  })
})
