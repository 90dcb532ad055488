import { createJournal, type MarginView, memoryJournalStorage } from '@unimargin/sdk'
import { createWalletClient, custom, type Hex, keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  ARRIVED,
  type ArrivalState,
  type ArrivalWorld,
  arrivalWorld,
  stepsIn,
  token,
} from '../../../../../test/fixtures/arrivalWorld.ts'
import { lendingOf, POOL, textOf } from '../../../../../test/fixtures/lending.ts'
import { adapter, DONOR_CHAIN, ETH, RECEIVER_CHAIN, router, WAD, world } from '../../../../../test/fixtures/moves.ts'
import { getMoveStatus } from '../getMoveStatus.ts'
import type { DirectArrival } from './DirectTrail.ts'
import type { DirectMove } from './PreparedDirect.ts'
import { planDirectMove } from './planDirectMove.ts'
import { type PrepareArrivalParameters, prepareArrival } from './prepareArrival.ts'
import { firstRecord } from './restoreDirectMove.ts'
import { type SendArrivalParameters, sendArrival } from './sendArrival.ts'

type Way = Partial<Omit<SendArrivalParameters, 'prepared'>> & Partial<PrepareArrivalParameters>

const prepare = ({ client, view }: ArrivalWorld, move: DirectMove, way: Way = {}) =>
  prepareArrival(client, { view: view(), ...way, move })

/** One run of the second step: how far it came, and what it died of. */
async function runOf(world: ArrivalWorld, from: DirectMove, way: Way = {}) {
  let move = from
  const onProgress = (next: DirectMove) => {
    move = next
  }
  try {
    const prepared = await prepare(world, from, way)
    const walletClient = world.wallet()
    await sendArrival(world.client, { walletClient, onProgress, inclusionTimeout: 30, ...way, prepared })
    return { move, name: 'none', error: {} }
  } catch (error) {
    return { move, name: String(Reflect.get(Object(error), 'name')), error: Object(error) }
  }
}

const stateOf = async ({ client }: ArrivalWorld, move: DirectMove) => (await getMoveStatus(client, { move })).state

const withArrival = (move: DirectMove, arrival: Partial<DirectArrival>): DirectMove => ({
  ...move,
  direct: { ...move.direct, arrival: { done: {}, market: POOL, ...arrival } },
})

/** What was prepared of its first step: a journal wants to have it whole. */
const { context, ...places } = world()
const adapters = [DONOR_CHAIN, RECEIVER_CHAIN].map((chainId) => ({ ...adapter(chainId), lending: lendingOf() }))
const plan = planDirectMove({ ...context, adapters }, { ...places, asset: 'WETH', amount: ETH, donorFloor: WAD })
if (plan.status !== 'plan') throw new TypeError(plan.status)
const PREPARED = { plan, calls: [], value: 1n, isSimulated: true } as const

/** A wallet that sends several calls under one id, one transaction each, and takes no id twice; and the batches that it knows. */
function batchWallet(base: ArrivalWorld, known = new Map<string, { readonly code: number; readonly hash: Hex }>()) {
  const { chain, account, request } = base.wallet('json-rpc')
  const answer = async ({ method, params }: { readonly method: string; readonly params?: unknown }) => {
    const [first] = Array.isArray(params) ? params : []
    const batch = known.get(method === 'wallet_sendCalls' ? first.id : first)
    if (method === 'wallet_getCapabilities')
      return { [`0x${chain?.id.toString(16)}`]: { atomic: { status: 'supported' } } }
    if (method === 'wallet_getCallsStatus') {
      if (batch === undefined) throw Object.assign(new Error('unknown'), { code: 5730 })
      const { code: status, hash: transactionHash } = batch
      const receipt = { transactionHash, blockNumber: '0x1', gasUsed: '0x1', status: '0x1', logs: [] }
      return { version: '2.0.0', status, atomic: true, receipts: status === 200 ? [receipt] : [] }
    }
    if (method !== 'wallet_sendCalls') return request({ method, params } as never)
    if (batch !== undefined) throw Object.assign(new Error('known'), { code: 5720 })
    let hash: Hex = '0x'
    for (const call of first.calls) {
      hash = await request({ method: 'eth_sendTransaction', params: [{ ...call, from: first.from }] } as never)
    }
    known.set(first.id, { code: 200, hash })
    return { id: first.id }
  }
  const transport = custom({ request: answer }, { retryCount: 0 })
  return { wallet: createWalletClient({ chain, account, transport, pollingInterval: 5 }), known }
}

const NATIVE = { isNative: true, coins: 2n * ARRIVED, tokens: 0n } as const
const REPAYS_ALL = { purpose: 'repay', debt: 10n } as const
const APPROVE = `approve ${ARRIVED}`

describe('prepareArrival', () => {
  test('default', async () => {
    const world = arrivalWorld()
    const { calls, amount, isSimulated, move } = await prepare(world, world.move)
    expect(calls.map(({ step }) => step)).toEqual(['approve', 'supply'])
    expect(textOf(calls[1]?.call.data ?? '0x')).toContain(`supply ${ARRIVED}`)
    expect({ amount, isSimulated }).toEqual({ amount: ARRIVED, isSimulated: true })
    expect(move.direct.arrival).toMatchObject({ done: {}, market: POOL, spender: POOL })
    const { move: done } = await runOf(world, world.move)
    expect(stepsIn(world.state)).toEqual([APPROVE, 'supply'])
    expect(await stateOf(world, done)).toBe('credited')
    expect(await runOf(world, done)).toMatchObject({ name: 'NotArrivedError' })
  })

  test.each([
    ['supplies', {}, [APPROVE, 'supply']],
    ['repays a part', { purpose: 'repay', debt: 3n * ARRIVED }, [APPROVE, 'repay']],
    ['repays all', REPAYS_ALL, [APPROVE, 'repay', 'approve 0']],
    ['wraps, and repays all', { ...NATIVE, ...REPAYS_ALL }, ['deposit', APPROVE, 'repay', 'approve 0']],
    ['wraps as Arbitrum does, and supplies', { ...NATIVE, wraps: 'Transfer' }, ['deposit', APPROVE, 'supply']],
    ['takes back before', { allowance: 7n }, ['approve 0', APPROVE, 'supply']],
  ] as const)('behavior: %s once, wherever it dies or is refused', async (_, changes, steps) => {
    for (const kind of ['local', 'json-rpc'] as const) {
      for (const end of kind === 'local' ? (['lost'] as const) : (['lost', 'unsent', 'refused'] as const)) {
        for (const at of steps.keys()) {
          const fate: ArrivalState['fate'] = [...Array<'send'>(at).fill('send'), end]
          const world = arrivalWorld({ ...changes, fate })
          const way = { walletClient: world.wallet(kind), batch: 'never' } as const
          const first = await runOf(world, world.move, way)
          const isAllowed = at > steps.indexOf(APPROVE)
          const isLeft = end === 'refused' && isAllowed
          expect(first.name).toBe(isLeft ? 'AllowanceLeftError' : 'WalletFailedError')
          let run = first
          for (let round = 0; round < 3 && run.name !== 'none' && run.name !== 'NotArrivedError'; round += 1) {
            // Somebody has looked into the wallet.
            const again = run.name === 'PendingStepError' ? [run.error.step] : []
            run = await runOf(world, run.move, { ...way, again })
          }
          expect([kind, end, at, stepsIn(world.state)]).toEqual([kind, end, at, steps])
          expect(world.state.allowance).toBe(0n)
          expect(await stateOf(world, run.move)).toBe('credited')
          expect((await runOf(world, run.move, way)).name).toBe('NotArrivedError')
        }
      }
    }
  })

  test('behavior: what was done without its hash being known is written down', async () => {
    const world = arrivalWorld({ fate: ['send', 'lost'] })
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(firstRecord({ ...PREPARED, intent: world.move }))
    const way = { walletClient: world.wallet('json-rpc'), journal }
    const first = await runOf(world, world.move, way)
    expect(first.name).toBe('WalletFailedError')
    expect(await stateOf(world, first.move)).toBe('delivered')
    const prepared = await prepare(world, first.move)
    expect(prepared.calls).toEqual([])
    const none = { request: () => Promise.reject(new TypeError('nobody asks the wallet')) } as never
    const done = await sendArrival(world.client, { prepared, walletClient: none, journal })
    const [, supply] = world.state.sent
    expect(done.direct.arrival).toMatchObject({ hash: supply?.hash, done: { supply: supply?.hash } })
    expect(journal.get(done.id)?.records.at(-1)).toMatchObject({
      state: 'direct-arrival-supply',
      data: { direct: { arrival: { hash: supply?.hash } } },
    })
    expect(await stateOf(world, done)).toBe('credited')
  })

  test('behavior: a journal knows what whoever calls again has forgotten', async () => {
    const world = arrivalWorld({ tokens: 3n * ARRIVED, fate: ['send', 'unsent'] })
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(firstRecord({ ...PREPARED, intent: world.move }))
    const way = { walletClient: world.wallet('json-rpc'), journal }
    const prepared = await prepare(world, world.move, way)
    const send = () => sendArrival(world.client, { ...way, prepared })
    await expect(send()).rejects.toThrowError(expect.objectContaining({ name: 'WalletFailedError' }))
    // The button is pressed once more; or all of it is done anew, from the move as it was sent.
    await expect(send()).rejects.toThrowError(expect.objectContaining({ name: 'StaleArrivalError' }))
    expect(await runOf(world, world.move, way)).toMatchObject({ name: 'PendingStepError', error: { step: 'supply' } })
    const again = await runOf(world, world.move, { ...way, again: ['supply'] })
    expect(again.name).toBe('none')
    expect(await runOf(world, world.move, way)).toMatchObject({ name: 'NotArrivedError' })
    expect(stepsIn(world.state)).toEqual([APPROVE, 'supply'])
  })

  test('behavior: a journal knows what was done with it, whatever was planned', async () => {
    const world = arrivalWorld({ purpose: 'repay', tokens: 3n * ARRIVED })
    const journal = await createJournal({ storage: memoryJournalStorage() })
    await journal.record(firstRecord({ ...PREPARED, intent: world.move }))
    const way = { journal, purpose: 'supply' } as const
    expect((await runOf(world, world.move, way)).name).toBe('none')
    expect(await runOf(world, world.move, way)).toMatchObject({ name: 'NotArrivedError', error: { state: 'credited' } })
    expect((await runOf(world, world.move, { journal })).name).toBe('NotArrivedError')
    expect(stepsIn(world.state)).toEqual([APPROVE, 'supply'])
  })

  test('behavior: a journal that does not know the move is left alone', async () => {
    const world = arrivalWorld()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    expect((await runOf(world, world.move, { journal })).name).toBe('none')
    expect(journal.get(world.move.id)).toBeUndefined()
  })

  test.each(['null', 'nothing'] as const)(
    'behavior: is not done again when one look at it gives %s',
    async (answer) => {
      for (const purpose of ['supply', 'repay'] as const) {
        const seen = new Set<string>()
        for (const at of [1, 2, 3, 4]) {
          const world = arrivalWorld({ purpose, tokens: 3n * ARRIVED, debt: 3n * ARRIVED })
          const { move } = await runOf(world, world.move)
          const { client } = world
          let looks = 0
          const getClient = (chainId: number) => {
            const honest = client.getClient(chainId)
            const request = (asked: { readonly method: string; readonly params?: unknown }, more: object) => {
              const [first] = Array.isArray(asked.params) ? asked.params : []
              const isLook = asked.method === 'eth_getTransactionReceipt' && first === move.direct.arrival?.hash
              if (isLook) looks += 1
              if (!isLook || looks !== at) return honest.request(asked as never, more)
              return answer === 'null' ? Promise.resolve(null) : Promise.reject(new TypeError('no answer'))
            }
            return { ...honest, request: request as never }
          }
          seen.add((await runOf({ ...world, client: { ...client, getClient } }, move)).name)
          expect(stepsIn(world.state)).toEqual([APPROVE, purpose])
        }
        expect(seen).toContain('ChainUnavailableError')
      }
    },
  )

  test('behavior: a batch has an id that the first step never has', async () => {
    const world = arrivalWorld()
    const { id, hash = '0x' } = world.move
    // The first batch of the source has failed, and was handed over anew.
    const before = new Map<string, { readonly code: number; readonly hash: Hex }>()
    before.set(id, { code: 500, hash: '0x' }).set(keccak256(id), { code: 200, hash })
    const { wallet } = batchWallet(world, before)
    const { move, name } = await runOf(world, world.move, { walletClient: wallet })
    expect(name).toBe('none')
    expect(stepsIn(world.state)).toEqual([APPROVE, 'supply'])
    expect(await stateOf(world, move)).toBe('credited')
  })

  test('behavior: a batch that was included in vain is handed over by another id', async () => {
    const world = arrivalWorld({ market: 'silent', tokens: 2n * ARRIVED })
    const { wallet, known } = batchWallet(world)
    const first = await runOf(world, world.move, { walletClient: wallet })
    expect(await stateOf(world, first.move)).toBe('delivered')
    world.state.market = 'open'
    // One that dies before it is told leaves the next with the same id.
    await runOf(world, first.move, { walletClient: wallet })
    const { move } = await runOf(world, first.move, { walletClient: wallet })
    expect([...known.keys()]).toHaveLength(2)
    expect(stepsIn(world.state)).toEqual([APPROVE, 'supply', 'supply'])
    expect(await stateOf(world, move)).toBe('credited')
    expect(world.state).toMatchObject({ supplied: ARRIVED, allowance: 0n })
  })

  test('behavior: what a batch has left allowed is really taken back', async () => {
    const world = arrivalWorld()
    const { wallet } = batchWallet(world)
    const { move } = await runOf(world, world.move, { walletClient: wallet })
    world.state.allowance = 5n
    const after = await runOf(world, move, { walletClient: wallet })
    expect(after.name).toBe('none')
    expect(world.state.allowance).toBe(0n)
    expect((await runOf(world, after.move, { walletClient: wallet })).name).toBe('NotArrivedError')
  })

  test('behavior: what another move has supplied, as much of the same, is not taken for its own', async () => {
    const world = arrivalWorld({ tokens: 2n * ARRIVED, fate: ['send', 'unsent', 'send', 'send'] })
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const other: DirectMove = { ...world.move, id: `0x${'2d'.repeat(32)}` }
    for (const intent of [world.move, other]) await journal.record(firstRecord({ ...PREPARED, intent }))
    const way = { walletClient: world.wallet('json-rpc'), journal }
    expect((await runOf(world, world.move, way)).name).toBe('WalletFailedError')
    expect((await runOf(world, other, way)).name).toBe('none')
    expect(stepsIn(world.state)).toEqual([APPROVE, 'supply'])
    expect((await runOf(world, world.move, way)).name).toBe('PendingStepError')
    expect((await runOf(world, world.move, { ...way, again: ['supply'] })).name).toBe('none')
    expect(world.state).toMatchObject({ tokens: 0n, allowance: 0n, supplied: 2n * ARRIVED })
  })

  test('behavior: what the owner has allowed since for other things stays', async () => {
    const world = arrivalWorld({ ...REPAYS_ALL })
    const { move } = await runOf(world, world.move)
    world.state.allowance = 5n
    expect((await runOf(world, move)).name).toBe('NotArrivedError')
    const supplied = arrivalWorld()
    const { move: done } = await runOf(supplied, supplied.move)
    supplied.state.allowance = 2n ** 255n
    expect((await runOf(supplied, done)).name).toBe('NotArrivedError')
  })

  test('behavior: what a wallet was handed at once is found by the call in it, whoever brought it', async () => {
    const world = arrivalWorld()
    const { calls, move } = await prepare(world, world.move)
    const [, settle] = calls
    const call: Hex = settle?.call.data ?? '0x'
    // A bundler's transaction: the batch with its calls in it.
    await runOf(world, world.move)
    world.state.sent.splice(0, 1)
    const [sent] = world.state.sent.splice(0, 1)
    if (sent === undefined) throw new TypeError('it was supplied')
    world.state.sent.push({ ...sent, block: 1_001n, from: router, to: router, data: `0x99${call.slice(2)}99` })
    const batch = keccak256(move.id)
    const found = await prepare(world, withArrival(move, { batch, call, spender: POOL }))
    expect(found.calls).toEqual([])
    expect(found.move.direct.arrival).toMatchObject({ hash: sent.hash, done: { supply: sent.hash } })
    expect(found.move.direct.arrival?.batch).toBeUndefined()
    // Another call is none of it.
    const other = prepare(world, withArrival(move, { batch, call: '0x12345678', spender: POOL }))
    await expect(other).rejects.toThrowError(expect.objectContaining({ name: 'SpentArrivalError' }))
  })

  test('behavior: another transaction in the place of the one that was sent is found by its call', async () => {
    const world = arrivalWorld()
    const { move } = await runOf(world, world.move)
    const { arrival } = move.direct
    const old: Hex = `0x${'77'.repeat(32)}`
    const sped = withArrival(move, { ...arrival, hash: old, done: { ...arrival?.done, supply: old } })
    expect((await prepare(world, sped)).move.direct.arrival?.hash).toBe(arrival?.hash)
  })

  test.each([
    ['reverted', { market: 'frozen' }],
    ['took nothing', { market: 'silent' }],
  ] as const)('behavior: a transaction that %s does not stand for the step', async (_, { market }) => {
    const world = arrivalWorld({ simulates: false })
    const { move, calls } = await prepare(world, world.move)
    const [approve, supply] = calls.map(({ call }) => call)
    const of = { from: world.move.owner, value: 0n, logs: [] }
    const [hash, other]: readonly Hex[] = [`0x${'a1'.repeat(32)}`, `0x${'a2'.repeat(32)}`]
    if (approve === undefined || supply === undefined || hash === undefined || other === undefined)
      throw new TypeError()
    const status = market === 'frozen' ? '0x0' : '0x1'
    world.state.sent.push({ ...of, ...approve, hash, block: 1_001n, status: '0x1' })
    world.state.sent.push({ ...of, ...supply, hash: other, block: 1_002n, status })
    world.state.allowance = ARRIVED
    const done = { approve: hash, supply: other }
    const handed = { step: 'supply', nonce: 1n, since: 1_001n } as const
    const run = await runOf(world, withArrival(move, { done, hash: other, spender: POOL, handed, call: supply.data }))
    expect(run.name).toBe('none')
    expect(stepsIn(world.state).slice(2)).toEqual(['supply'])
    expect(await stateOf(world, run.move)).toBe('credited')
  })

  test('behavior: an approval that was used up, or taken back, is made again', async () => {
    const world = arrivalWorld({ fate: ['send', 'refused'] })
    const told: DirectMove[] = []
    const onProgress = (now: DirectMove) => {
      told.push(now)
    }
    expect((await runOf(world, world.move, { onProgress })).name).toBe('AllowanceLeftError')
    world.state.allowance = 0n
    // It died when the approval was mined, and nothing else was handed over.
    const died = told.find(({ direct }) => direct.arrival?.done.approve !== undefined)
    if (died === undefined) throw new TypeError('it was approved')
    expect(died.direct.arrival?.handed?.step).toBe('approve')
    expect((await runOf(world, died)).name).toBe('none')
    expect(stepsIn(world.state)).toEqual([APPROVE, APPROVE, 'supply'])
  })

  test('behavior: something else can be done with it than was planned', async () => {
    const world = arrivalWorld({ purpose: 'repay' })
    const nothing = await runOf(world, world.move)
    expect(nothing).toMatchObject({ name: 'NothingToRepayError' })
    const { move } = await runOf(world, world.move, { purpose: 'supply' })
    expect(move.direct.purpose).toBe('supply')
    expect(await stateOf(world, move)).toBe('credited')
  })

  test('error: PendingStepError as long as a step that was lost is none of those to be sent first', async () => {
    const world = arrivalWorld({ ...REPAYS_ALL, fate: ['send', 'unsent'] })
    const way = { walletClient: world.wallet('json-rpc') }
    const lost = await runOf(world, world.move, way)
    const other = await runOf(world, lost.move, { ...way, purpose: 'supply' })
    expect(other).toMatchObject({ name: 'PendingStepError', error: { step: 'repay' } })
    expect(other.move).toEqual(lost.move)
    expect((await runOf(world, lost.move, { ...way, purpose: 'supply', again: ['repay'] })).name).toBe('none')
    expect(world.state).toMatchObject({ supplied: ARRIVED, debt: 10n, allowance: 0n })
  })

  test('error: AllowanceLeftError names the call when the market refuses what was allowed', async () => {
    for (const simulates of [true, false]) {
      const world = arrivalWorld({ simulates, fate: ['send', 'refused'] })
      const { move, error } = await runOf(world, world.move)
      expect(error).toMatchObject({ name: 'AllowanceLeftError', cause: { name: 'WalletFailedError' } })
      world.state.market = 'frozen'
      const again = await runOf(world, move)
      expect(again.error).toMatchObject({
        name: 'AllowanceLeftError',
        cause: { name: 'CallRevertedError', call: 'supply' },
      })
      expect(again.error.revoke).toEqual(error.revoke)
      expect(error.revoke).toMatchObject({ chainId: world.move.destinationChainId, to: token, value: 0n })
      world.state.allowance = 0n
      // Where nobody knows beforehand, it is allowed again in vain.
      expect((await runOf(world, move)).name).toBe(simulates ? 'CallRevertedError' : 'AllowanceLeftError')
    }
    const spent = arrivalWorld({ fate: ['send', 'refused'] })
    const { move } = await runOf(spent, spent.move)
    spent.state.tokens = 0n
    expect((await runOf(spent, move)).error).toMatchObject({
      name: 'AllowanceLeftError',
      cause: { name: 'SpentArrivalError', held: 0n, amount: ARRIVED },
    })
    // What somebody else has allowed is not ours to take back.
    const theirs = arrivalWorld({ allowance: ARRIVED, market: 'frozen' })
    expect((await runOf(theirs, theirs.move)).name).toBe('CallRevertedError')
  })

  test('error: UnknownHealthError for a debt that nobody knows', async () => {
    const world = arrivalWorld({ ...REPAYS_ALL })
    const view = world.view()
    const issue = { kind: 'unavailable', chainId: 20, path: 'debt', reason: 'nobody says' } as const
    const amount = { status: 'unknown', issues: [issue] } as const
    const positions = view.positions.map((one) =>
      one.status === 'read' ? { ...one, debt: one.debt.map((leg) => ({ ...leg, amount })) } : one,
    )
    const unknown: MarginView = { ...view, positions }
    expect(await runOf(world, world.move, { view: unknown })).toMatchObject({ name: 'UnknownHealthError' })
  })

  test('error: ForeignMoveError for what a store may have changed', async () => {
    const world = arrivalWorld()
    const { move } = world
    const { source, destination, direct } = move
    const { assets } = direct
    const changed: readonly Partial<DirectMove>[] = [
      { owner: router },
      { source: { ...source, oft: router } },
      { source: { ...source, eid: 1 } },
      { destination: { ...destination, oft: router } },
      { destination: { ...destination, endpoint: router } },
      { direct: { ...direct, assets: { ...assets, destination: router } } },
      { direct: { ...direct, assets: { ...assets, source: router } } },
      { direct: { ...direct, recipient: router } },
    ]
    for (const changes of changed) {
      expect(await runOf(world, { ...move, ...changes })).toMatchObject({ name: 'ForeignMoveError' })
    }
    expect(await runOf(world, move, { owner: router })).toMatchObject({ name: 'ForeignMoveError' })
    const view = world.view()
    const positions = view.positions.map((one) => ({ ...one, owner: router }))
    expect(await runOf(world, move, { view: { ...view, positions } })).toMatchObject({ name: 'ForeignMoveError' })
    expect(stepsIn(world.state)).toEqual([])
  })

  test('error: NotArrivedError, NotDirectError', async () => {
    const world = arrivalWorld()
    const { direct: _, ...routed } = world.move
    await expect(prepareArrival(world.client, { move: routed, view: world.view() })).rejects.toThrowError(
      expect.objectContaining({ name: 'NotDirectError' }),
    )
    const unsent = { ...world.move, hash: undefined }
    expect(await runOf(world, unsent)).toMatchObject({ name: 'NotArrivedError', error: { state: 'intended' } })
  })
})
