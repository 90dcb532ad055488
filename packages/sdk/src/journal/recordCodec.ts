import * as z from 'zod/mini'
import { deepFreeze } from '../model/deepFreeze.ts'
import type { Hex } from '../model/Hex.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { InvalidJournalRecordError } from './JournalErrors.ts'
import type { JournalRecord } from './JournalRecord.ts'

/** The first line of every journal. */
export const HEADER = { format: 'unimargin-journal', version: 1 } as const

const MOVE_ID = /^0x[0-9a-f]{64}$/
const STATE = /^[a-z]+(-[a-z]+)*$/

/** Made when they are needed first, because importing the package does no work. */
let lineSchema: ReturnType<typeof makeLineSchema> | undefined
const makeLineSchema = () =>
  z.strictObject({
    n: z.int().check(z.minimum(1)),
    moveId: z.string().check(z.regex(MOVE_ID)),
    state: z.string().check(z.maxLength(40), z.regex(STATE)),
    at: z.int().check(z.minimum(0)),
    data: z.unknown(),
  })
const header = () => z.strictObject({ format: z.literal(HEADER.format), version: z.int().check(z.minimum(1)) })

/** The body of the first line. */
export const HEADER_BODY = JSON.stringify({ version: 1, value: HEADER })

/** The body of the line of a record. `n` is the number of that line. */
export function encode(record: JournalRecord, n: number): string {
  if (!STATE.test(record.state) || record.state.length > 40) {
    throw new InvalidJournalRecordError('state', 'it is not 1 to 40 small letters and dashes')
  }
  if (!Number.isSafeInteger(record.at) || record.at < 0) throw new InvalidJournalRecordError('at', 'it is no time')
  try {
    return serialize({ n, ...record })
  } catch (cause) {
    throw new InvalidJournalRecordError('data', 'it is no plain value, or too long', cause)
  }
}

/** What a body says; nothing where it is not what {@link encode} writes. */
export function decode(body: string, n: number): JournalRecord | undefined {
  lineSchema ??= makeLineSchema()
  const parsed = lineSchema.safeParse(parse(body))
  if (!parsed.success || parsed.data.n !== n) return undefined
  const { moveId, state, at, data } = parsed.data
  return deepFreeze({ moveId: moveId as Hex, state, at, data })
}

/** The version that a journal begins with; nothing where it is no journal. */
export function versionOf(body: string): number | undefined {
  const parsed = header().safeParse(parse(body))
  return parsed.success ? parsed.data.version : undefined
}

/** Small letters; a move has one id however it is written. */
export function moveIdOf(id: unknown): Hex {
  const lower = typeof id === 'string' ? id.toLowerCase() : ''
  if (!MOVE_ID.test(lower)) throw new InvalidJournalRecordError('id', 'it is not 32 bytes')
  return lower as Hex
}

function parse(body: string): unknown {
  try {
    return deserialize(body)
  } catch {
    return undefined
  }
}
