import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createJournal, type Journal } from './createJournal.ts'
import { MoveAlreadyRecordedError } from './JournalErrors.ts'
import type { JournalKeep, JournalRecord } from './JournalRecord.ts'
import type { JournalStorage } from './JournalStorage.ts'
import * as Line from './Line.ts'
import { memoryJournalStorage } from './storage/memoryJournalStorage.ts'

const idOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}` as const
const named = (name: string) => expect.objectContaining({ name })
const opened = async (text: string) => {
  const storage = memoryJournalStorage(text)
  const journal = await createJournal({ storage })
  return { storage, journal }
}
const recordsOf = (journal: Journal): readonly JournalRecord[] =>
  [...journal.moves({ limit: 1_000 }).moves].reverse().flatMap(({ records }) => records)
const spliced = (lines: readonly string[], at: number, remove: number, ...added: readonly string[]) => [
  ...lines.slice(0, at),
  ...added,
  ...lines.slice(at + remove),
]
/** A journal of some moves, one after the other, and its records. */
async function written() {
  const storage = memoryJournalStorage()
  let time = 1_700_000_000_000
  const journal = await createJournal({ storage, now: () => time++ })
  for (const number of [1, 2, 3]) {
    await journal.record({ id: idOf(number), ...{ amount: 2n ** 200n + BigInt(number), note: 'ü \n "x"' } })
    await journal.append(idOf(number), { state: 'submitted', data: { hash: idOf(100 + number) } })
    await journal.append(idOf(number), { state: 'credited' })
  }
  await journal.close()
  return { text: storage.text(), records: recordsOf(journal) }
}

describe('createJournal', () => {
  test('default: what was recorded is there again', async () => {
    const storage = memoryJournalStorage()
    const journal = await createJournal({ storage, now: () => 1_700_000_000_000 })
    const intent = { id: idOf(1), amount: 2n ** 256n - 1n }
    await journal.record(intent)
    await journal.append(idOf(1), { state: 'submitted', data: { hash: '0x12' } })
    await journal.close()

    const again = await createJournal({ storage })
    expect(again.get(idOf(1))).toEqual({
      id: idOf(1),
      state: 'submitted',
      intent,
      records: [
        { moveId: idOf(1), state: 'intended', at: 1_700_000_000_000, data: intent },
        { moveId: idOf(1), state: 'submitted', at: 1_700_000_000_000, data: { hash: '0x12' } },
      ],
    })
    expect(again.get(idOf(2))).toBeUndefined()
    expect(storage.text()).toMatchInlineSnapshot(`
      "00000040 0b89a36b {"version":1,"value":{"format":"unimargin-journal","version":1}}
      0000014a 71cd8d8b {"version":1,"value":{"n":1,"moveId":"0x0000000000000000000000000000000000000000000000000000000000000001","state":"intended","data":{"id":"0x0000000000000000000000000000000000000000000000000000000000000001","amount":{"$bigint":"115792089237316195423570985008687907853269984665640564039457584007913129639935"}},"at":1700000000000}}
      000000a9 7add4e2f {"version":1,"value":{"n":2,"moveId":"0x0000000000000000000000000000000000000000000000000000000000000001","state":"submitted","data":{"hash":"0x12"},"at":1700000000000}}
      "
    `)
  })

  test('behavior: a record is kept before `record` resolves, and nothing shows it before', async () => {
    const memory = memoryJournalStorage()
    let keep = (): void => {}
    const storage: JournalStorage = {
      ...memory,
      lock: async (options) => {
        const writer = await memory.lock(options)
        const kept = new Promise<void>((resolve) => {
          keep = resolve
        })
        return { ...writer, append: (text) => kept.then(() => writer.append(text)) }
      },
    }
    const journal = await createJournal({ storage })
    const seen: string[] = []
    journal.watch(({ state }) => seen.push(state))
    const recording = journal.record({ id: idOf(1) }).then(() => seen.push('resolved'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([seen, journal.get(idOf(1))]).toEqual([[], undefined])
    keep()
    await recording
    expect(seen).toEqual(['intended', 'resolved'])
    expect(journal.get(idOf(1))?.state).toBe('intended')
  })

  test('behavior: an intent is remembered as it was, whatever becomes of the object, and cannot be changed', async () => {
    const { journal } = await opened('')
    const intent = { id: idOf(1), path: ['a'] }
    await journal.record(intent)
    intent.path.push('b')
    const kept = journal.get(idOf(1))?.intent
    expect(kept).toEqual({ id: idOf(1), path: ['a'] })
    expect(Object.isFrozen(kept) && Object.isFrozen((kept as typeof intent).path)).toBe(true)
  })

  test('behavior: moves come newest first, a page at a time', async () => {
    const { journal } = await opened('')
    for (const number of [1, 2, 3, 4, 5]) await journal.record({ id: idOf(number) })
    // What happened last to a move does not make it younger.
    await journal.append(idOf(1), { state: 'failed' })
    const ids = (page: ReturnType<Journal['moves']>) => page.moves.map(({ id }) => Number(id))
    const first = journal.moves({ limit: 2 })
    expect([ids(first), first.next]).toEqual([[5, 4], idOf(4)])
    const second = journal.moves({ limit: 2, before: first.next })
    expect([ids(second), second.next]).toEqual([[3, 2], idOf(2)])
    const third = journal.moves({ limit: 2, before: second.next })
    expect([ids(third), third.next]).toEqual([[1], undefined])
    expect(journal.moves({ limit: 5 }).next).toBeUndefined()
    expect(ids(journal.moves({ limit: 1, where: ({ state }) => state === 'intended', before: idOf(4) }))).toEqual([3])
    expect(ids(journal.moves({ where: ({ state }) => state === 'failed' }))).toEqual([1])
  })

  test('behavior: one move may be watched alone, and a listener that throws hides no record', async () => {
    const { journal } = await opened('')
    const seen: string[] = []
    const errors: unknown[] = []
    const stop = journal.watch(({ state }, move) => seen.push(`${state} of ${move.records.length}`), {
      moveId: idOf(2),
    })
    journal.watch(
      () => {
        throw new TypeError('no')
      },
      { onError: (error) => errors.push(error) },
    )
    await journal.record({ id: idOf(1) })
    await journal.record({ id: idOf(2) })
    await journal.append(idOf(2), { state: 'mined' })
    stop()
    await journal.append(idOf(2), { state: 'sent' })
    expect(seen).toEqual(['intended of 1', 'mined of 2'])
    expect(errors).toHaveLength(4)
  })

  test('behavior: compacting forgets what it is told to, and the rest comes back', async () => {
    const { text } = await written()
    const { storage, journal } = await opened(text)
    const keep: Readonly<Record<string, JournalKeep>> = { [idOf(1)]: 'none', [idOf(2)]: 'ends' }
    await journal.compact(({ id }) => keep[id] ?? 'all')
    await journal.append(idOf(3), { state: 'claimed' })
    const shown = (one: Journal) => recordsOf(one).map(({ moveId, state }) => `${Number(moveId)} ${state}`)
    const expected = ['2 intended', '2 credited', '3 intended', '3 submitted', '3 credited', '3 claimed']
    expect(shown(journal)).toEqual(expected)
    expect(shown((await opened(storage.text())).journal)).toEqual(expected)
  })

  test('behavior: compacting to nothing leaves a journal that can begin anew', async () => {
    const { storage, journal } = await opened((await written()).text)
    await journal.compact(() => 'none')
    expect(storage.text()).toBe('')
    await journal.record({ id: idOf(1) })
    expect((await opened(storage.text())).journal.moves().moves).toHaveLength(1)
  })

  test('behavior: cut off at any byte, it is the records before', async () => {
    const { text, records } = await written()
    for (let length = 0; length <= text.length; length += 1) {
      const cut = text.slice(0, length)
      // A line that lacks nothing but its end is whole. The first is the header.
      const ends = cut.split('\n').length - 1 + (text[length] === '\n' ? 1 : 0)
      const { storage, journal } = await opened(cut)
      expect(recordsOf(journal)).toEqual(records.slice(0, Math.max(0, ends - 1)))
      // What is appended next does not stand behind what was torn.
      await journal.record({ id: idOf(9) })
      const again = await opened(storage.text())
      expect(recordsOf(again.journal)).toEqual(recordsOf(journal))
    }
  })

  test('behavior: zeros that a file had grown by already are as torn', async () => {
    const { text, records } = await written()
    for (const length of [0, 10, 200, text.length - 30, text.length - 1, text.length]) {
      const { journal } = await opened(text.slice(0, length) + '\0'.repeat(50))
      const seen = recordsOf(journal)
      expect(seen).toEqual(records.slice(0, seen.length))
    }
  })

  test('error: JournalDamagedError for any byte that was flipped, in any way', async () => {
    const { text, records } = await written()
    for (let at = 0; at < text.length; at += 1) {
      for (const bits of [0x01, 0x80, text.charCodeAt(at)]) {
        const flipped = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bits) + text.slice(at + 1)
        const result = await opened(flipped).then(
          ({ journal }) => recordsOf(journal),
          (error: unknown) => error,
        )
        // The very last end of line may be a zero: nothing is missing then.
        if (Array.isArray(result)) expect([result, at, bits]).toEqual([records, text.length - 1, 0x0a])
        else expect(result).toMatchObject({ name: 'JournalDamagedError', offset: expect.any(Number) })
        if (result instanceof Error && 'offset' in result) {
          const offset = Number(result.offset)
          expect(offset).toBeLessThanOrEqual(at)
          expect(text.slice(0, at).split('\n').length - text.slice(0, offset).split('\n').length).toBe(0)
        }
      }
    }
  })

  test.each<[string, (lines: readonly string[]) => readonly string[]]>([
    ['a line that is missing', (lines) => spliced(lines, 4, 1)],
    ['a line that is there twice', (lines) => spliced(lines, 4, 0, lines[4] ?? '')],
    ['two lines in the other order', (lines) => spliced(lines, 4, 2, lines[5] ?? '', lines[4] ?? '')],
    ['the first line missing', (lines) => lines.slice(1)],
    ['an empty line', (lines) => spliced(lines, 4, 0, '')],
    ['a letter beyond ASCII', (lines) => spliced(lines, 3, 1, `${lines[3]}\u0141`)],
    ['a letter whose low byte is right', (lines) => spliced(lines, 1, 1, (lines[1] ?? '').replace('"x', '"\u0178'))],
    ['text behind the end', (lines) => [...lines, 'more\n']],
    [
      'a last line without its end that is whole and wrong',
      (lines) => [...lines.slice(0, -2), `${lines.at(-2)?.slice(0, -1)}x`],
    ],
  ])('error: JournalDamagedError for %s', async (_, change) => {
    const { text } = await written()
    const lines = change(text.split('\n'))
    await expect(opened(lines.join('\n'))).rejects.toThrow(named('JournalDamagedError'))
  })

  const chained = (...bodies: readonly string[]): string => {
    let chain = Line.START
    return bodies
      .map((body) => {
        const line = Line.write(body, chain)
        chain = line.chain
        return line.text
      })
      .join('')
  }
  const header = '{"version":1,"value":{"format":"unimargin-journal","version":1}}'
  const line = (fields: string) => `{"version":1,"value":{${fields}}}`
  const fine = `"n":1,"moveId":"${idOf(1)}","state":"intended","at":1`

  test.each([
    ['no header', [line(`${fine},"data":null`)], 0],
    ['another header', ['{"version":1,"value":{"format":"diary","version":1}}'], 0],
    ['a field too many', [header, line(`${fine},"data":null,"admin":true`)], 1],
    ['a prototype', [header, line(`${fine},"data":{"__proto__":{"admin":true}}`)], 1],
    ['a constructor', [header, line(`${fine},"data":{"constructor":1}`)], 1],
    ['an id that is a path', [header, line(`${fine},"data":null`.replace(idOf(1), '../../etc/passwd'))], 1],
    ['an id in capitals', [header, line(`${fine},"data":null`.replace(idOf(1), idOf(0xabc).toUpperCase()))], 1],
    ['a state that is no name', [header, line(`${fine},"data":null`.replace('intended', '__proto__'))], 1],
    ['another number', [header, line(`${fine},"data":null`.replace('"n":1', '"n":2'))], 1],
    ['a number that lost digits', [header, line(`${fine},"data":9007199254740993`)], 1],
    ['no JSON', [header, '{"version":1'], 1],
  ])('error: JournalDamagedError for %s, with a right checksum', async (_, bodies, whole) => {
    const before = chained(...bodies.slice(0, whole))
    await expect(opened(chained(...bodies))).rejects.toMatchObject({
      name: 'JournalDamagedError',
      offset: before.length,
      records: 0,
    })
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })

  test('error: JournalVersionError, and nothing is thrown away', async () => {
    const text = chained('{"version":1,"value":{"format":"unimargin-journal","version":2}}', 'something new')
    const storage = memoryJournalStorage(text)
    await expect(createJournal({ storage, onDamage: 'keep-prefix' })).rejects.toMatchObject({
      name: 'JournalVersionError',
      version: 2,
    })
    expect(storage.text()).toBe(text)
    // It was let go.
    await expect(createJournal({ storage })).rejects.toThrow(named('JournalVersionError'))
  })

  test('behavior: what is before a damage is kept when asked for, and the damaged text is set aside', async () => {
    const { text, records } = await written()
    const damaged = `${text.slice(0, -100)}x${text.slice(-99)}`
    const storage = memoryJournalStorage(damaged)
    await expect(createJournal({ storage })).rejects.toMatchObject({ name: 'JournalDamagedError', records: 8 })
    expect([storage.text(), storage.aside()]).toEqual([damaged, []])
    const journal = await createJournal({ storage, onDamage: 'keep-prefix' })
    expect(recordsOf(journal)).toEqual(records.slice(0, 8))
    expect(storage.aside()).toEqual([damaged])
    await journal.append(idOf(3), { state: 'credited' })
    expect(recordsOf((await opened(storage.text())).journal)).toHaveLength(9)
  })

  test('error: MoveAlreadyRecordedError, also for two at once and for an id in capitals', async () => {
    const { journal } = await opened('')
    const id = idOf(0xabc)
    const results = await Promise.allSettled([journal.record({ id }), journal.record({ id })])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await journal.append(id, { state: 'mined' })
    const again = journal.record({ id: `0x${id.slice(2).toUpperCase()}` })
    await expect(again).rejects.toThrow(MoveAlreadyRecordedError)
    await expect(again).rejects.toMatchObject({ id, state: 'mined' })
  })

  test('error: MoveNotRecordedError', async () => {
    const { journal } = await opened('')
    await expect(journal.append(idOf(1), { state: 'mined' })).rejects.toThrow(named('MoveNotRecordedError'))
    expect(() => journal.moves({ before: idOf(1) })).toThrow(named('MoveNotRecordedError'))
  })

  test.each<[string, unknown]>([
    ['a path', '../../etc/passwd'],
    ['a prototype', '__proto__'],
    ['31 bytes', `0x${'11'.repeat(31)}`],
    ['nothing', undefined],
  ])('error: InvalidJournalRecordError for an id that is %s', async (_, id) => {
    const { storage, journal } = await opened('')
    const intent = { id } as { readonly id: `0x${string}` }
    await expect(journal.record(intent)).rejects.toThrow(named('InvalidJournalRecordError'))
    expect(storage.text()).toBe('')
  })

  test.each<[string, unknown]>([
    ['a prototype', JSON.parse('{"__proto__":{"admin":true}}')],
    ['a constructor', { constructor: 1 }],
    ['a function', { run: () => 1 }],
    ['a fraction', 0.1],
    ['a class', new Date(0)],
  ])('error: InvalidJournalRecordError for data with %s', async (_, data) => {
    const { storage, journal } = await opened('')
    await journal.record({ id: idOf(1) })
    const before = storage.text()
    await expect(journal.append(idOf(1), { state: 'mined', data })).rejects.toMatchObject({
      name: 'InvalidJournalRecordError',
      field: 'data',
    })
    expect(storage.text()).toBe(before)
  })

  test.each(['', 'Mined', 'a b', '../x', '-a', 'a'.repeat(41)])(
    'error: InvalidJournalRecordError for the state %j',
    async (state) => {
      const { journal } = await opened('')
      await expect(journal.record({ id: idOf(1) }, state)).rejects.toMatchObject({
        name: 'InvalidJournalRecordError',
        field: 'state',
      })
    },
  )

  test('error: JournalStorageError: nothing shows what was not kept, and the next may be', async () => {
    const memory = memoryJournalStorage()
    let fails = 1
    const storage: JournalStorage = {
      ...memory,
      lock: async (options) => {
        const writer = await memory.lock(options)
        const append = async (text: string) => {
          if (fails-- > 0) throw new TypeError('full')
          await writer.append(text)
        }
        return { ...writer, append }
      },
    }
    const journal = await createJournal({ storage })
    const seen: string[] = []
    journal.watch(({ state }) => seen.push(state))
    await expect(journal.record({ id: idOf(1) })).rejects.toThrow('full')
    expect([seen, journal.get(idOf(1)), memory.text()]).toEqual([[], undefined, ''])
    await journal.record({ id: idOf(1) })
    expect(seen).toEqual(['intended'])
    expect(recordsOf((await opened(memory.text())).journal)).toHaveLength(1)
  })

  test('error: JournalLockedError, or waiting', async () => {
    const storage = memoryJournalStorage()
    const first = await createJournal({ storage })
    await expect(createJournal({ storage })).rejects.toThrow(named('JournalLockedError'))
    await expect(createJournal({ storage, wait: 50 })).rejects.toThrow(named('JournalLockedError'))
    const waiting = createJournal({ storage, wait: 60_000 })
    await first.record({ id: idOf(1) })
    await first.close()
    expect((await waiting).get(idOf(1))?.state).toBe('intended')
  })

  test('error: AbortedError for who waits no longer', async () => {
    const storage = memoryJournalStorage()
    await createJournal({ storage })
    const controller = new AbortController()
    const waiting = createJournal({ storage, wait: 60_000, signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toThrow(named('AbortedError'))
    await expect(createJournal({ storage, signal: controller.signal })).rejects.toThrow(named('AbortedError'))
  })

  test('error: JournalLockLostError, and nothing is written', async () => {
    const memory = memoryJournalStorage()
    const lost = new AbortController()
    const storage: JournalStorage = {
      ...memory,
      lock: async (options) => ({ ...(await memory.lock(options)), lost: lost.signal }),
    }
    const journal = await createJournal({ storage })
    await journal.record({ id: idOf(1) })
    const before = memory.text()
    lost.abort()
    expect(journal.lost.aborted).toBe(true)
    await expect(journal.append(idOf(1), { state: 'mined' })).rejects.toThrow(named('JournalLockLostError'))
    expect(memory.text()).toBe(before)
    // What was read can still be read.
    expect(journal.get(idOf(1))?.state).toBe('intended')
  })

  test('error: JournalClosedError, after what was under way', async () => {
    const { storage, journal } = await opened('')
    const recording = journal.record({ id: idOf(1) })
    const closing = journal.close()
    await expect(journal.record({ id: idOf(2) })).rejects.toThrow(named('JournalClosedError'))
    await recording
    await closing
    await journal.close()
    expect((await opened(storage.text())).journal.moves().moves).toHaveLength(1)
  })

  test.each([-1, Number.NaN, 2 ** 31])('error: InvalidTimeoutError for a wait of %d', async (wait) => {
    const storage = memoryJournalStorage()
    await expect(createJournal({ storage, wait })).rejects.toThrow(named('InvalidTimeoutError'))
  })

  test.each([0, 1.5, 1_001])('error: InvalidJournalPageError for %d moves', async (limit) => {
    const { journal } = await opened('')
    expect(() => journal.moves({ limit })).toThrow(named('InvalidJournalPageError'))
  })

  test('behavior: integers of 64 to 256 bits come back to the unit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.bigInt({ min: 2n ** 64n, max: 2n ** 256n }), { maxLength: 5 }), async (amounts) => {
        const { storage, journal } = await opened('')
        const intent = { id: idOf(1), amounts: [...amounts, ...amounts.map((amount) => -amount)] }
        await journal.record(intent)
        expect((await opened(storage.text())).journal.get(idOf(1))?.intent).toEqual(intent)
      }),
    )
  })

  test('behavior: whatever is done to it, it is what a list of records would be', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('record' as const), move: fc.nat(4), data: fc.string() }),
      fc.record({ kind: fc.constant('append' as const), move: fc.nat(4), data: fc.string() }),
      fc.record({ kind: fc.constant('compact' as const), ends: fc.nat(31), none: fc.nat(31) }),
      fc.record({ kind: fc.constant('fail' as const) }),
      fc.record({ kind: fc.constant('crash' as const), lost: fc.nat(300), zeros: fc.nat(2) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        let memory = memoryJournalStorage()
        let fails = false
        const storage = (): JournalStorage => ({
          ...memory,
          lock: async (options) => {
            const writer = await memory.lock(options)
            const failing = (write: (text: string) => Promise<void>) => async (text: string) => {
              if (!fails) return write(text)
              fails = false
              throw new TypeError('full')
            }
            return { ...writer, append: failing(writer.append), replace: failing(writer.replace) }
          },
        })
        let journal = await createJournal({ storage: storage() })
        let model: { readonly moveId: string; readonly state: string; readonly data: unknown }[] = []
        /** The text as it was before the last append, whose end a crash may take. */
        let promised = ''
        const known = (moveId: string) => model.some((record) => record.moveId === moveId)
        for (const one of steps) {
          if (one.kind === 'record' || one.kind === 'append') {
            const moveId = idOf(one.move)
            const isRecord = one.kind === 'record'
            const isFine = isRecord !== known(moveId) && !fails
            const wasFailing = fails && isRecord !== known(moveId)
            const before = memory.text()
            const state = isRecord ? 'intended' : 'mined'
            const data = isRecord ? { id: moveId, note: one.data } : one.data
            const result = isRecord
              ? journal.record({ id: moveId, ...{ note: one.data } })
              : journal.append(moveId, { state, data })
            expect(
              await result.then(
                () => true,
                () => false,
              ),
            ).toBe(isFine)
            if (isFine) {
              model.push({ moveId, state, data })
              promised = before
            } else if (wasFailing) expect(fails).toBe(false)
          } else if (one.kind === 'compact') {
            const keepOf = (moveId: string): JournalKeep =>
              (one.none >> Number(moveId)) & 1 ? 'none' : (one.ends >> Number(moveId)) & 1 ? 'ends' : 'all'
            const isFine = !fails
            expect(
              await journal
                .compact(({ id }) => keepOf(id))
                .then(
                  () => true,
                  () => false,
                ),
            ).toBe(isFine)
            if (isFine) {
              model = model.filter((record) => {
                const same = model.filter(({ moveId }) => moveId === record.moveId)
                const keep = keepOf(record.moveId)
                return keep === 'all' || (keep === 'ends' && (record === same[0] || record === same.at(-1)))
              })
              promised = memory.text()
            }
          } else if (one.kind === 'fail') fails = true
          else {
            // The crash comes in the middle of the last append: all before it was promised.
            const text = memory.text()
            const cut = text.slice(0, Math.max(promised.length, text.length - one.lost))
            const isWhole = cut.length >= text.length - 1
            if (!isWhole && cut !== text) model = model.slice(0, -1)
            fails = false
            memory = memoryJournalStorage(cut + '\0'.repeat(one.zeros * 10))
            journal = await createJournal({ storage: storage() })
            promised = memory.text()
          }
          const seen = recordsOf(journal).map(({ moveId, state, data }) => ({ moveId, state, data }))
          const ids = [...new Set(model.map(({ moveId }) => moveId))]
          expect(seen).toEqual(ids.flatMap((id) => model.filter(({ moveId }) => moveId === id)))
          expect(recordsOf((await opened(memory.text())).journal)).toEqual(recordsOf(journal))
        }
      }),
      { numRuns: 150 },
    )
  })
})
