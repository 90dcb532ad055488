import { describe, expect, test } from 'vitest'
import { fakeWallet, GUID, stage, ZERO_HASH } from '../../../../test/fixtures/fakeChain.ts'
import { owner } from '../../../../test/fixtures/moves.ts'
import { createJournal, type Journal } from '../journal/createJournal.ts'
import { memoryJournalStorage } from '../journal/storage/memoryJournalStorage.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import { sendMove } from './sendMove.ts'
import type { MoveState } from './track/MoveState.ts'
import { watchMove } from './watchMove.ts'

async function sent() {
  const scene = stage()
  const quote = await getMoveQuote(scene.client, { plan: scene.plan, owner })
  const move = await sendMove(scene.client, { quote, walletClient: fakeWallet(scene.source) })
  return { ...scene, move }
}

/** Resolves when a condition holds, or fails the test by its own timeout. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

describe('watchMove', () => {
  test('default', async () => {
    const { client, destination, move } = await sent()
    const states: MoveState[] = []
    watchMove(client, { move, pollingInterval: 2, onState: (name) => states.push(name) })
    await until(() => states.includes('sent'))
    Object.assign(destination.state, { compose: GUID })
    await until(() => states.includes('compose-queued'))
    Object.assign(destination.state, { arrival: 1 })
    await until(() => states.includes('credited'))
    expect(states).toEqual(['submitted', 'sent', 'verified', 'delivered', 'compose-queued', 'credited'])
    const requests = destination.state.requests.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(destination.state.requests).toHaveLength(requests)
  })

  test('behavior: each state is in the journal before it is told, and none twice when it is watched again', async () => {
    const { client, destination, move } = await sent()
    const storage = memoryJournalStorage()
    const journal = await createJournal({ storage })
    const missing: MoveState[] = []
    const watched = (until: MoveState, journal: Journal) =>
      new Promise<void>((resolve) => {
        const stop = watchMove(client, {
          move,
          journal,
          pollingInterval: 2,
          onState: (state) => {
            if (!journal.get(move.id)?.records.some((record) => record.state === state)) missing.push(state)
            if (state !== until) return
            stop()
            resolve()
          },
        })
      })
    Object.assign(destination.state, { compose: GUID })
    await watched('compose-queued', journal)
    const again = await createJournal({ storage: memoryJournalStorage(storage.text()) })
    Object.assign(destination.state, { arrival: 1 })
    await watched('credited', again)
    const records = again.get(move.id)?.records ?? []
    expect(records.map(({ state }) => state)).toEqual([
      'submitted',
      'sent',
      'verified',
      'delivered',
      'compose-queued',
      'credited',
    ])
    expect(missing).toEqual([])
    expect(records.at(-1)?.data).toMatchObject({ hash: move.hash, guid: GUID, amount: 5n, blocks: { source: {} } })
  })

  test('behavior: a journal that cannot be written is told of once, and the states all the same', async () => {
    const { client, destination, move } = await sent()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.close()
    const states: MoveState[] = []
    const errors: unknown[] = []
    const watching = { move, journal, pollingInterval: 2, onError: (error: unknown) => errors.push(error) }
    watchMove(client, { ...watching, onState: (state) => states.push(state) })
    await until(() => states.includes('sent'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    Object.assign(destination.state, { arrival: 1 })
    await until(() => states.includes('credited'))
    expect(errors.map((error) => Reflect.get(Object(error), 'name'))).toEqual(['JournalClosedError'])
  })

  test('behavior: fills in what was passed between two looks, with one status', async () => {
    const { client, destination, move } = await sent()
    Object.assign(destination.state, { arrival: 3 })
    const statuses: string[] = []
    watchMove(client, { move, pollingInterval: 2, onState: (name, status) => statuses.push(`${name}=${status.state}`) })
    await until(() => statuses.includes('claimed=claimed'))
    expect(statuses).toEqual([
      'submitted=submitted',
      'sent=sent',
      'verified=verified',
      'delivered=delivered',
      'compose-queued=compose-queued',
      'parked=parked',
      'claimed=claimed',
    ])
  })

  test('behavior: tells trouble once per reason and goes on; a state is never told twice or taken back', async () => {
    const { client, source, destination, move } = await sent()
    const states: MoveState[] = []
    const errors: unknown[] = []
    const { guid, ...without } = move
    expect(guid).toBe(GUID)
    watchMove(client, {
      move: without,
      pollingInterval: 2,
      onState: (name) => {
        states.push(name)
        throw new RangeError('a listener that fails')
      },
      onError: (error) => {
        errors.push(error)
        throw new RangeError('a listener to errors that fails')
      },
    })
    await until(() => states.includes('sent'))
    destination.state.down = true
    await until(() => errors.some((error) => String(error).includes('ChainUnavailable')))
    const looks = destination.state.requests.length
    await until(() => destination.state.requests.length > looks + 3)
    source.state.guid = ZERO_HASH
    Object.assign(destination.state, { down: false, arrival: 2 })
    await until(() => states.includes('parked'))
    expect(states).toEqual(['submitted', 'sent', 'verified', 'delivered', 'compose-queued', 'parked'])
    const names = errors.map((error) => Reflect.get(Object(error), 'name'))
    expect(names.filter((name) => name === 'RangeError')).toHaveLength(6)
    expect(names.filter((name) => name === 'ChainUnavailableError')).toHaveLength(1)
  })

  test.each(['unsubscribe', 'signal'] as const)(
    'behavior: %s stops it and leaves no request and no timer',
    async (how) => {
      const { client, source, move } = await sent()
      const controller = new AbortController()
      const states: MoveState[] = []
      const errors: unknown[] = []
      const stop = watchMove(client, {
        move,
        pollingInterval: 2,
        onState: (name) => states.push(name),
        onError: (error) => errors.push(error),
        signal: controller.signal,
      })
      await until(() => states.includes('sent'))
      if (how === 'signal') controller.abort()
      else stop()
      await new Promise((resolve) => setTimeout(resolve, 10))
      const requests = source.state.requests.length
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(source.state.requests).toHaveLength(requests)
      expect(errors).toEqual([])
    },
  )

  test('behavior: a signal that was aborted before asks nothing', async () => {
    const { client, source, move } = await sent()
    const requests = source.state.requests.length
    watchMove(client, { move, onState: () => expect.unreachable(), signal: AbortSignal.abort() })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(source.state.requests).toHaveLength(requests)
  })

  test('error: InvalidTimeoutError at once, not with each look', async () => {
    const { client, move } = await sent()
    for (const wrong of [{ timeout: -1 }, { pollingInterval: Number.NaN }, { pollingInterval: 0 }]) {
      expect(() => watchMove(client, { move, ...wrong, onState: () => undefined })).toThrowError(
        expect.objectContaining({ name: 'InvalidTimeoutError', parameter: Object.keys(wrong)[0] }),
      )
    }
  })

  test('error: UnknownChainError', async () => {
    const { client, move } = await sent()
    expect(() =>
      watchMove(client, { move: { ...move, destinationChainId: 99 }, onState: () => undefined }),
    ).toThrowError(expect.objectContaining({ name: 'UnknownChainError' }))
  })
})
