import { createWalletClient, custom, decodeFunctionData, keccak256, parseTransaction } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import {
  type FakeChain,
  fakeWallet,
  GUID,
  healthTooLow,
  signer,
  stage,
  ZERO_HASH,
} from '../../../../test/fixtures/fakeChain.ts'
import { DONOR_CHAIN, owner, RECEIVER_CHAIN, route, router } from '../../../../test/fixtures/moves.ts'
import { createJournal, type Journal } from '../journal/createJournal.ts'
import type { JournalStorage } from '../journal/JournalStorage.ts'
import { type MemoryJournalStorage, memoryJournalStorage } from '../journal/storage/memoryJournalStorage.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import type { PreparedMove, TrackedMove } from './MoveIntent.ts'
import * as OperatorGrant from './OperatorGrant.ts'
import { prepareMove } from './prepareMove.ts'
import { resumeMoves } from './resumeMoves.ts'
import { firstRecord } from './send/noted.ts'
import { sendMove } from './sendMove.ts'
import { sendMoveAtOnce } from './sendMoveAtOnce.ts'
import { trackedMove } from './trackedMove.ts'

const id = `0x${'1d'.repeat(32)}` as const
const named = (name: string) => expect.objectContaining({ name })

/** How a move can be authorised and signed. */
const ways = ['permit', 'comet', 'injected'] as const
type Way = (typeof ways)[number] | 'approve'

/** Two chains with a move that is ready to be signed. */
async function scene(way: Way = 'permit') {
  const { client, source, destination, plan } = stage()
  source.state.isPending = false
  const quote = await getMoveQuote(client, { plan, owner })
  const approval = way === 'permit' ? undefined : 'approve'
  const prepared = await prepareMove(client, { quote, owner, id, approval })
  return { client, source, destination, prepared: way === 'comet' ? ofComet(prepared) : prepared }
}

/** The same move out of a Comet, whose authorisation is taken back by a transaction of its own. */
function ofComet(prepared: PreparedMove): PreparedMove {
  if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
  const contract = prepared.intent.move.market
  const authorization = { kind: 'comet-allow', contract } as const
  const call = (isGiven: boolean) => ({
    chainId: 10,
    to: contract,
    data: OperatorGrant.encode(authorization, router, isGiven),
    value: 0n,
  })
  return { ...prepared, intent: { ...prepared.intent, authorization }, approve: call(true), revoke: call(false) }
}

const wallet = (source: FakeChain, way: Way) => fakeWallet(source, way === 'injected' ? 'json-rpc' : 'local')

/** What was sent, by name. */
const sentOn = ({ state }: FakeChain) =>
  state.sent.map(({ to, data }) => {
    if (to.toLowerCase() !== router.toLowerCase())
      return data.endsWith('0') && data.length === 138 ? 'revoke' : 'approve'
    return decodeFunctionData({ abi: collateralRouterAbi, data }).functionName
  })

const statesIn = (journal: Journal) => journal.get(id)?.records.map(({ state }) => state)

/** Stops everything for good at one of its boundaries, as if the process had died there. */
function mortal(dieAt: number) {
  let boundaries = 0
  let die = () => {}
  const died = new Promise<void>((resolve) => {
    die = resolve
  })
  const boundary = async () => {
    boundaries += 1
    if (boundaries !== dieAt) return
    die()
    await new Promise(() => {})
  }
  const around = async <value>(run: () => Promise<value>): Promise<value> => {
    await boundary()
    const value = await run()
    await boundary()
    return value
  }
  const storage = (kept: MemoryJournalStorage): JournalStorage => ({
    ...kept,
    lock: async (options) => {
      const writer = await kept.lock(options)
      return { ...writer, append: (text) => around(() => writer.append(text)) }
    },
  })
  const chain = (real: FakeChain): FakeChain => ({
    ...real,
    request: (args) => (/^eth_(sign|send)/.test(args.method) ? around(() => real.request(args)) : real.request(args)),
  })
  return { storage, chain, died, count: () => boundaries }
}

/** Sends the move, dies at a boundary, and gives what is left of it. */
async function crashed(way: Way, dieAt: number) {
  const { client, source, destination, prepared } = await scene(way)
  const { storage, chain, died, count } = mortal(dieAt)
  const kept = memoryJournalStorage()
  const journal = await createJournal({ storage: storage(kept) })
  const sending = sendMove(client, { prepared, walletClient: wallet(chain(source), way), journal })
  await Promise.race([sending, died])
  return { client, source, destination, kept, count, prepared }
}

const BATCH = { version: '2.0.0', id, chainId: '0xa', atomic: true } as const

/** A wallet that sends all or nothing, and answers some of what it is asked. */
function batchWallet(
  { chain, request }: FakeChain,
  answers: Readonly<Record<string, (params: readonly unknown[]) => unknown>>,
) {
  const asked: FakeChain['request'] = async ({ method, params }) => {
    const answer = answers[method]
    if (answer !== undefined) return answer(Array.isArray(params) ? params : [])
    return method === 'wallet_getCapabilities'
      ? { '0xa': { atomic: { status: 'ready' } } }
      : request({ method, params })
  }
  return createWalletClient({ account: owner, chain, transport: custom({ request: asked }, { retryCount: 0 }) })
}

const reopen = (kept: MemoryJournalStorage) => createJournal({ storage: memoryJournalStorage(kept.text()) })

describe('resumeMoves', () => {
  test('default', async () => {
    const { client, source, kept } = await crashed('permit', 3)
    expect(source.state.sent).toEqual([])
    const journal = await reopen(kept)
    expect(statesIn(journal)).toEqual(['intended'])
    const submitted: unknown[] = []
    const [resumed] = await resumeMoves(client, {
      journal,
      walletClient: wallet(source, 'permit'),
      onSubmit: (one) => submitted.push(one),
    })
    expect(resumed).toMatchObject({ kind: 'sent', id, move: { id, guid: GUID }, status: { state: 'sent' } })
    expect(sentOn(source)).toEqual(['sendWithGrant'])
    expect(submitted).toMatchObject([{ id, step: 'send' }])
    expect(statesIn(journal)).toEqual(['intended', 'signed', 'submitted', 'sent'])
    expect(await resumeMoves(client, { journal })).toMatchObject([{ kind: 'found', status: { state: 'sent' } }])
    expect(source.state.sent).toHaveLength(1)
  })

  test.each(ways)('behavior: wherever it dies, it moves once, and nothing is sent twice: %s', async (way) => {
    const whole = await crashed(way, 0)
    const expected = sentOn(whole.source)
    const boundaries = whole.count()
    expect(boundaries).toBeGreaterThanOrEqual(way === 'permit' ? 10 : 14)
    for (let dieAt = 1; dieAt <= boundaries; dieAt += 1) {
      const { client, source, kept } = await crashed(way, dieAt)
      const journal = await reopen(kept)
      const walletClient = wallet(source, way)
      const results = await resumeMoves(client, { journal, walletClient })
      const again = await resumeMoves(client, { journal, walletClient })
      const at = `${way}, died at ${dieAt} of ${boundaries}`
      // Before the first record was kept nothing was meant, as far as anybody knows.
      if (journal.get(id) === undefined) {
        expect([sentOn(source), results], at).toEqual([[], []])
        continue
      }
      expect(sentOn(source), at).toEqual(expected)
      expect(source.state.isAllowed, at).toBe(false)
      expect(
        again.map(({ kind }) => kind),
        at,
      ).toEqual(['found'])
      const last = statesIn(journal)?.filter((state) => !state.startsWith('revoke'))
      expect(last?.at(-1), at).toBe('sent')
    }
  })

  test('behavior: what was signed is handed over again without a wallet, byte by byte the same', async () => {
    // After the append of `signed`, before the broadcast.
    const { client, source, kept } = await crashed('permit', 5)
    const journal = await reopen(kept)
    expect(statesIn(journal)).toEqual(['intended', 'signed'])
    expect(source.state.sent).toEqual([])
    const { hash } = Object(journal.get(id)?.records.at(-1)?.data)
    const [resumed] = await resumeMoves(client, { journal })
    expect(resumed).toMatchObject({ kind: 'sent', move: { hash, guid: GUID } })
    expect(source.state.sent).toHaveLength(1)
  })

  test('behavior: another transaction took its place: it is signed anew, with the same id', async () => {
    const { client, source, kept } = await crashed('permit', 5)
    source.state.transactionCount = 1n
    const journal = await reopen(kept)
    expect(await resumeMoves(client, { journal })).toMatchObject([
      { kind: 'waiting', reason: 'no-wallet', error: named('NoWalletError') },
    ])
    expect(source.state.sent).toEqual([])
    const [resumed] = await resumeMoves(client, { journal, walletClient: () => wallet(source, 'permit') })
    expect(resumed).toMatchObject({ kind: 'sent', status: { state: 'sent' } })
    expect(statesIn(journal)).toEqual(['intended', 'signed', 'submitted', 'replaced', 'signed', 'submitted', 'sent'])
  })

  test('behavior: after its deadline it is told to have failed, and nothing is sent', async () => {
    const { client, source, kept } = await crashed('permit', 5)
    source.state.timestamp += 3_600n
    const journal = await reopen(kept)
    expect(await resumeMoves(client, { journal, walletClient: wallet(source, 'permit') })).toMatchObject([
      { kind: 'found', status: { state: 'failed' } },
    ])
    expect(source.state.sent).toEqual([])
    expect(await resumeMoves(client, { journal })).toEqual([])
  })

  test('behavior: a chain that does not answer makes it wait', async () => {
    const { client, source, kept } = await crashed('permit', 5)
    source.state.down = true
    const journal = await reopen(kept)
    const walletClient = wallet(source, 'permit')
    expect(await resumeMoves(client, { journal, walletClient })).toMatchObject([
      { kind: 'waiting', reason: 'unavailable', error: named('ChainUnavailableError') },
    ])
    source.state.down = false
    expect(await resumeMoves(client, { journal, walletClient })).toMatchObject([{ kind: 'sent' }])
  })

  test('behavior: what a wallet has sent may be the move: nothing is sent beside it', async () => {
    // The injected wallet was asked, and nobody knows for what transaction.
    const { client, source, kept } = await crashed('injected', 3)
    source.state.allowance = 10n ** 30n
    const request: FakeChain['request'] = (args) =>
      args.method === 'eth_getTransactionCount' && String(args.params).includes('pending')
        ? Promise.resolve('0x1')
        : source.request(args)
    const journal = await reopen(kept)
    const walletClient = fakeWallet({ ...source, request }, 'json-rpc')
    expect(await resumeMoves(client, { journal, walletClient })).toMatchObject([
      { kind: 'waiting', reason: 'pending', error: named('PendingTransactionsError') },
    ])
    expect(source.state.sent).toEqual([])
  })

  test('behavior: a batch that a wallet was handed is asked for, and nothing is sent beside it', async () => {
    const { client, source, prepared } = await scene('approve')
    if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const dies = batchWallet(source, {
      wallet_sendCalls: async () => {
        expect(journal.get(id)?.records.at(-1)).toMatchObject({ state: 'submitted', data: { batch: id } })
        expect(await resumeMoves(client, { journal })).toMatchObject([{ kind: 'waiting', reason: 'busy' }])
        throw new TypeError('the connection is gone')
      },
    })
    const sending = sendMoveAtOnce(client, { prepared, walletClient: dies, journal })
    await expect(sending).rejects.toThrowError(named('WalletFailedError'))
    expect(statesIn(journal)).toEqual(['intended', 'submitted'])
    const resumed = async (status?: () => unknown) => {
      const walletClient = status && batchWallet(source, { wallet_getCallsStatus: status })
      return (await resumeMoves(client, { journal, walletClient }))[0]
    }
    const pending = { kind: 'waiting', reason: 'pending', error: named('PendingBatchError') }
    expect(await resumed()).toMatchObject(pending)
    const refused = (code: number) => () => {
      throw Object.assign(new TypeError('no'), { code })
    }
    expect(await resumed(refused(5730))).toMatchObject(pending)
    expect(await resumed(() => ({ ...BATCH, status: 100 }))).toMatchObject(pending)
    expect(await resumed(() => ({ ...BATCH, status: 600 }))).toMatchObject(pending)
    expect(await resumed(refused(-32000))).toMatchObject({ kind: 'waiting', reason: 'unavailable' })
    // On chain: what the wallet says is looked up there.
    const hash = ZERO_HASH.replace('00', 'ab')
    const receipts = [{ transactionHash: hash, blockNumber: '0x1', gasUsed: '0x1', status: '0x1', logs: [] }]
    const included = await resumed(() => ({ ...BATCH, status: 200, receipts }))
    expect(included).toMatchObject({ kind: 'found', move: { hash }, status: { state: 'submitted' } })
    await journal.append(id, { state: 'submitted', data: { hash } })
    expect(await resumed(refused(5730))).toMatchObject(pending)
    source.state.guid = GUID
    expect(await resumed()).toMatchObject({ kind: 'found', status: { state: 'sent' } })
    expect(source.state.sent).toEqual([])
  })

  test('behavior: a batch that has failed is given up, once the router does not know the move', async () => {
    const { client, source, prepared } = await scene('approve')
    if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(firstRecord(prepared))
    await journal.append(id, { state: 'submitted', data: { batch: 'its own' } })
    let asked = 0
    const failed = batchWallet(source, {
      wallet_getCallsStatus: ([batch]) => {
        expect(batch).toBe('its own')
        asked += 1
        // Another batch had carried it, and this one came too late.
        if (asked === 1) source.state.guid = GUID
        return { ...BATCH, status: 500 }
      },
    })
    const resumed = async () => (await resumeMoves(client, { journal, walletClient: failed }))[0]
    expect(await resumed()).toMatchObject({ kind: 'waiting', reason: 'pending' })
    expect(statesIn(journal)).not.toContain('failed')
    source.state.guid = ZERO_HASH
    expect(await resumed()).toMatchObject({ kind: 'given-up', error: { name: 'BatchFailedError', code: 500 } })
    expect(statesIn(journal)?.at(-1)).toBe('failed')
    expect(source.state.sent).toEqual([])
  })

  test('behavior: what the owner refuses is not called failed while the router knows the move', async () => {
    const { client, source, prepared } = await scene('injected')
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(firstRecord(prepared))
    const meanwhile = batchWallet(source, {
      eth_sendTransaction: () => {
        source.state.guid = GUID
        throw Object.assign(new TypeError('User rejected'), { code: 4001 })
      },
    })
    expect(await resumeMoves(client, { journal, walletClient: meanwhile })).toMatchObject([{ kind: 'waiting' }])
    expect(statesIn(journal)).not.toContain('failed')
    expect(await resumeMoves(client, { journal })).toMatchObject([{ kind: 'found', status: { state: 'sent' } }])
  })

  test('behavior: a transaction that reverted is no failure of the move until the router was asked', async () => {
    const { client, source, prepared } = await scene('permit')
    const journal = await createJournal({ storage: memoryJournalStorage() })
    source.state.inclusion = 'reverted'
    source.state.forgets = true
    const sending = sendMove(client, { prepared, walletClient: wallet(source, 'permit'), journal })
    await expect(sending).rejects.toThrowError(named('CallRevertedError'))
    expect(statesIn(journal)).toEqual(['intended', 'signed', 'submitted'])
  })

  test('behavior: how far a direct move was brought its trail says, unless its contracts are unknown', async () => {
    const { client, prepared } = await scene('permit')
    const [source, destination] = [DONOR_CHAIN, RECEIVER_CHAIN].map(
      (on) => route.ends.find(({ chainId }) => chainId === on)?.asset ?? owner,
    )
    if (source === undefined || destination === undefined) throw new TypeError('the route has two ends')
    const direct = {
      purpose: 'supply',
      receiver: 'a',
      recipient: owner,
      assets: { source, destination },
      amount: 5n,
      done: {},
      batch: 'b',
    } as const
    const move: TrackedMove = { ...trackedMove(prepared.intent), direct }
    const resumed = async (changes: Partial<TrackedMove>) => {
      const journal = await createJournal({ storage: memoryJournalStorage() })
      const changed: TrackedMove = { ...move, ...changes }
      await journal.record(changed)
      return resumeMoves(client, { journal })
    }
    expect(await resumed({})).toMatchObject([{ kind: 'found', status: { state: 'submitted' } }])
    const unreadable = [{ kind: 'waiting', reason: 'unreadable', error: named('ForeignMoveError') }]
    expect(await resumed({ destination: { ...move.destination, oft: owner } })).toMatchObject(unreadable)
    expect(await resumed({ direct: { ...direct, assets: { source, destination: owner } } })).toMatchObject(unreadable)
  })

  test('behavior: a transaction that waits for a block is waited for, not sent again', async () => {
    const { client, source, prepared } = await scene('permit')
    source.state.inclusion = 'never'
    source.state.isPending = true
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const walletClient = wallet(source, 'permit')
    await expect(sendMove(client, { prepared, walletClient, journal, inclusionTimeout: 20 })).rejects.toThrow(
      named('NotIncludedError'),
    )
    expect(statesIn(journal)).toEqual(['intended', 'signed', 'submitted'])
    expect(await resumeMoves(client, { journal, walletClient, inclusionTimeout: 20 })).toMatchObject([
      { kind: 'waiting', reason: 'pending', error: named('NotIncludedError') },
    ])
    source.state.guid = GUID
    expect(await resumeMoves(client, { journal, walletClient })).toMatchObject([{ kind: 'found' }])
    expect(source.state.sent).toHaveLength(1)
  })

  test('behavior: what would revert now is given up, and is not tried again', async () => {
    const { client, source, kept } = await crashed('permit', 2)
    source.state.revertSend = healthTooLow()
    const journal = await reopen(kept)
    const walletClient = wallet(source, 'permit')
    expect(await resumeMoves(client, { journal, walletClient })).toMatchObject([
      { kind: 'given-up', error: named('CallRevertedError') },
    ])
    expect(statesIn(journal)?.at(-1)).toBe('failed')
    source.state.revertSend = undefined
    expect(await resumeMoves(client, { journal, walletClient })).toEqual([])
    expect(source.state.sent).toEqual([])
  })

  test('behavior: an authorisation that nothing uses any more is taken back at once', async () => {
    const { client, source, prepared } = await scene('comet')
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const walletClient = wallet(source, 'comet')
    const onSubmit = () => {
      source.state.revertSend = healthTooLow()
    }
    await expect(sendMove(client, { prepared, walletClient, journal, onSubmit })).rejects.toThrow(
      named('CallRevertedError'),
    )
    expect(journal.get(id)?.state).toBe('failed')
    expect([sentOn(source), source.state.isAllowed]).toEqual([['approve', 'revoke'], false])
    expect(await resumeMoves(client, { journal, walletClient })).toEqual([])
  })

  test('error: AuthorizationLeftError, and the journal takes it back later', async () => {
    const { client, source, prepared } = await scene('comet')
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const walletClient = wallet(source, 'comet')
    const controller = new AbortController()
    const onSubmit = () => controller.abort()
    const { revoke } = Object(prepared)
    await expect(
      sendMove(client, { prepared, walletClient, journal, onSubmit, signal: controller.signal }),
    ).rejects.toThrow(named('AbortedError'))
    expect(journal.get(id)?.state).toBe('failed')
    const other = await scene('comet')
    const refused = async (args: Parameters<FakeChain['request']>[0]) => {
      if (other.source.state.isAllowed) other.source.state.refuses = true
      return other.source.request(args)
    }
    await expect(
      sendMove(other.client, {
        prepared,
        walletClient: fakeWallet({ ...other.source, request: refused }),
        journal: undefined,
      }),
    ).rejects.toThrow(expect.objectContaining({ name: 'AuthorizationLeftError', revoke, mayBeSent: false }))
    const late = await scene('comet')
    const lateJournal = await createJournal({ storage: memoryJournalStorage() })
    const lateWallet = wallet(late.source, 'comet')
    const never = () => {
      if (late.source.state.sent.length > 0) late.source.state.inclusion = 'never'
    }
    await expect(
      sendMove(late.client, {
        prepared,
        walletClient: lateWallet,
        journal: lateJournal,
        onSubmit: never,
        inclusionTimeout: 50,
      }),
    ).rejects.toThrow(expect.objectContaining({ name: 'AuthorizationLeftError', revoke, mayBeSent: true }))
    expect(lateJournal.get(id)?.state).toBe('submitted')
    // It was sent after all, and somebody has to take the authorisation back.
    Object.assign(late.source.state, { inclusion: 'success', guid: GUID })
    const resume = () => resumeMoves(late.client, { journal: lateJournal, walletClient: lateWallet })
    expect(await resume()).toMatchObject([{ kind: 'found', status: { state: 'sent' } }])
    expect([sentOn(late.source), late.source.state.isAllowed]).toEqual([['approve', 'send', 'revoke'], false])
  })

  test('behavior: a move that this process is just sending is left alone', async () => {
    const { client, source, prepared } = await scene('permit')
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const walletClient = wallet(source, 'permit')
    let during: unknown
    await sendMove(client, {
      prepared,
      walletClient,
      journal,
      onIntent: async () => {
        during = await resumeMoves(client, { journal, walletClient })
      },
    })
    expect(during).toEqual([{ kind: 'waiting', id, reason: 'busy' }])
    expect(source.state.sent).toHaveLength(1)
  })

  test('behavior: what somebody wrote into the journal is neither sent nor signed', async () => {
    const { client, source, kept } = await crashed('permit', 5)
    const walletClient = wallet(source, 'permit')
    const old = await reopen(kept)
    type Move = { readonly intent: object; readonly signed: object }
    const journalOf = async (change: (move: Move) => Move) => {
      const journal = await createJournal({ storage: memoryJournalStorage() })
      const [first, second] = old.get(id)?.records ?? []
      const { intent, signed } = change({ intent: Object(first?.data), signed: Object(second?.data) })
      await journal.record({ id, ...intent })
      await journal.append(id, { state: 'signed', data: signed })
      return journal
    }
    // Whole transactions, of the owner and of another, which are not of this move.
    const { raw, transaction } = Object(old.get(id)?.records[1]?.data)
    const { to, data, value, gas } = parseTransaction(raw)
    const call = { to, data, value, gas, chainId: 10, nonce: Number(transaction.nonce), type: 'eip1559' } as const
    const others = await Promise.all([
      signer.signTransaction({ ...call, to: owner }),
      signer.signTransaction({ ...call, value: (value ?? 0n) + 1n }),
      signer.signTransaction({ ...call, data: `${data ?? '0x'}00` }),
      signer.signTransaction({ ...call, chainId: 11 }),
      privateKeyToAccount(`0x${'22'.repeat(32)}`).signTransaction(call),
    ])
    for (const change of [
      (move) => ({ ...move, intent: { ...move.intent, owner: router } }),
      (move) => ({ ...move, intent: { ...move.intent, version: 2 } }),
      (move) => ({ ...move, signed: { ...move.signed, hash: ZERO_HASH } }),
      (move) => ({ ...move, signed: { ...move.signed, raw: '0x02' } }),
      (move) => ({ ...move, signed: { ...move.signed, hash: 1n } }),
      ...others.map((raw) => (move: Move) => ({ ...move, signed: { ...move.signed, hash: keccak256(raw), raw } })),
    ] satisfies Parameters<typeof journalOf>[0][]) {
      const journal = await journalOf(change)
      expect(await resumeMoves(client, { journal, walletClient })).toMatchObject([
        { kind: 'waiting', reason: 'unreadable' },
      ])
    }
    expect(source.state.sent).toEqual([])
  })

  test('behavior: whom it names for the destination is not believed either, unless the caller names them', async () => {
    const { client, source, prepared } = await scene('approve')
    if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
    const { intent } = prepared
    const move = { ...intent.move, recovery: router }
    const call = { ...prepared.call, data: MoveCalldata.encodeSend(move) }
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(firstRecord({ ...prepared, call, intent: { ...intent, move } }))
    const walletClient = wallet(source, 'approve')
    for (const recovery of [undefined, owner]) {
      expect(await resumeMoves(client, { journal, walletClient, recovery })).toMatchObject([
        { kind: 'waiting', reason: 'unreadable', error: named('ForeignMoveError') },
      ])
    }
    expect(source.state.sent).toEqual([])
    expect(await resumeMoves(client, { journal, walletClient, recovery: router })).toMatchObject([{ kind: 'sent' }])
  })

  test('error: JournalLockLostError, and nothing is sent', async () => {
    const { client, source, kept } = await crashed('permit', 2)
    const journal = await reopen(kept)
    const lost = { ...journal, lost: AbortSignal.abort() }
    await expect(resumeMoves(client, { journal: lost, walletClient: wallet(source, 'permit') })).rejects.toThrow(
      named('JournalLockLostError'),
    )
    await expect(
      sendMove(client, { prepared: (await scene()).prepared, walletClient: wallet(source, 'permit'), journal: lost }),
    ).rejects.toThrow(named('MoveAlreadyRecordedError'))
    expect(source.state.sent).toEqual([])
  })

  test('error: InvalidTimeoutError', async () => {
    const { client } = await scene()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await expect(resumeMoves(client, { journal, inclusionTimeout: 0 })).rejects.toThrow(named('InvalidTimeoutError'))
  })
})
