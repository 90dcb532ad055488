import { createNonceManager, createWalletClient, custom, decodeFunctionData, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import {
  fakeChain,
  fakeContext,
  fakeWallet,
  GUID,
  healthTooLow,
  key,
  stage,
  ZERO_HASH,
} from '../../../../test/fixtures/fakeChain.ts'
import { allowanceOf, owner, RECEIVER_CHAIN, router, world } from '../../../../test/fixtures/moves.ts'
import { createJournal } from '../journal/createJournal.ts'
import { JournalStorageError } from '../journal/JournalErrors.ts'
import type { JournalStorage } from '../journal/JournalStorage.ts'
import { memoryJournalStorage } from '../journal/storage/memoryJournalStorage.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import type { MoveIntent } from './MoveIntent.ts'
import { parseMove } from './parseMove.ts'
import { prepareMove } from './prepareMove.ts'
import { type MoveWallet, sendMove } from './sendMove.ts'

const named = (name: string) => expect.objectContaining({ name })
const id = `0x${'1d'.repeat(32)}` as const

async function quoted() {
  const scene = stage()
  return { ...scene, quote: await getMoveQuote(scene.client, { plan: scene.plan, owner }) }
}

const functionsOf = (sent: readonly { readonly to: string; readonly data: `0x${string}` }[]) =>
  sent.map(({ to, data }) =>
    to.toLowerCase() === router.toLowerCase()
      ? decodeFunctionData({ abi: collateralRouterAbi, data }).functionName
      : 'approve',
  )

describe('sendMove', () => {
  test('default', async () => {
    const { client, source, quote } = await quoted()
    const intents: MoveIntent[] = []
    const submitted: string[] = []
    const handle = await sendMove(client, {
      quote,
      walletClient: fakeWallet(source),
      onIntent: (intent) => {
        expect(source.state.sent).toEqual([])
        intents.push(intent)
      },
      onSubmit: ({ step }) => submitted.push(step),
    })
    const [intent] = intents
    expect(handle).toMatchObject({
      id: intent?.id,
      owner,
      sourceChainId: 10,
      destinationChainId: 20,
      guid: GUID,
      nonce: 7n,
      hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    })
    expect(submitted).toEqual(['send'])
    expect(functionsOf(source.state.sent)).toEqual(['sendWithGrant'])
    // The estimate of 600,000 and a margin of 30 %.
    expect(source.state.sent[0]).toMatchObject({ value: quote.value, gas: 780_000n })
    expect(parseMove(deserialize(serialize(handle)))).toEqual(handle)
  })

  test('behavior: an injected wallet that approves', async () => {
    const { client, source, quote } = await quoted()
    const submitted: string[] = []
    await sendMove(client, {
      quote,
      approval: 'approve',
      walletClient: fakeWallet(source, 'json-rpc'),
      onSubmit: ({ step }) => submitted.push(step),
    })
    expect(submitted).toEqual(['approve', 'send'])
    expect(functionsOf(source.state.sent)).toEqual(['approve', 'send'])
  })

  test('behavior: a wallet client without an account asks the wallet for it', async () => {
    const { client, source, quote } = await quoted()
    await sendMove(client, { quote, approval: 'approve', walletClient: fakeWallet(source, 'unconnected') })
    expect(source.state.sent).toHaveLength(2)
  })

  test('behavior: a prepared move that was stored', async () => {
    const { client, source, quote, plan } = await quoted()
    source.state.allowance = allowanceOf(plan).amount
    const prepared = await prepareMove(client, { quote, owner, id })
    await sendMove(client, { prepared, walletClient: fakeWallet(source) })
    expect(functionsOf(source.state.sent)).toEqual(['send'])
  })

  test('behavior: a journal has the intent before anything is signed, and what was signed before a node has it', async () => {
    const { client, source, quote } = await quoted()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const told: string[] = []
    journal.watch(({ state }) => told.push(`${state}, ${source.state.sent.length} sent`))
    const onIntent = () => void told.push('onIntent')
    const handle = await sendMove(client, { quote, walletClient: fakeWallet(source), journal, onIntent })
    expect(told).toEqual(['intended, 0 sent', 'onIntent', 'signed, 0 sent', 'submitted, 1 sent', 'sent, 1 sent'])
    const [first, signed, , sent] = journal.get(handle.id)?.records ?? []
    expect(parseMove(first?.data)).toMatchObject({ id: handle.id })
    const { raw, hash } = Object(signed?.data)
    expect([keccak256(raw), signed?.data]).toEqual([
      handle.hash,
      { hash, raw, transaction: { from: owner, nonce: 0n } },
    ])
    expect(sent?.data).toMatchObject({ hash, guid: GUID, nonce: 7n })
    await expect(
      sendMove(client, { quote, id: handle.id, walletClient: fakeWallet(source), journal }),
    ).rejects.toThrowError(named('MoveAlreadySentError'))
    source.state.guid = ZERO_HASH
    await expect(
      sendMove(client, { quote, id: handle.id, walletClient: fakeWallet(source), journal }),
    ).rejects.toThrowError(named('MoveAlreadyRecordedError'))
    expect(source.state.sent).toHaveLength(1)
  })

  test("behavior: with a journal an account's own nonce manager is asked, and forgets what was not sent", async () => {
    const { client, source, quote } = await quoted()
    const nonceManager = createNonceManager({ source: { get: async () => 7, set: () => {} } })
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const { chain, request } = source
    const account = privateKeyToAccount(key, { nonceManager })
    const walletClient = createWalletClient({ account, chain, transport: custom({ request }) })
    source.state.refuses = true
    const refused = sendMove(client, { quote, approval: 'approve', walletClient, journal })
    await expect(refused).rejects.toThrowError(named('WalletFailedError'))
    source.state.refuses = false
    const move = await sendMove(client, { quote, approval: 'approve', walletClient, journal })
    const nonces = journal
      .get(move.id)
      ?.records.filter(({ state }) => state.endsWith('signed'))
      .map(({ data }) => Object(data).transaction.nonce)
    expect(nonces).toEqual([7n, 8n])
  })

  test('behavior: of a wallet that signs and sends in one go a journal has the hashes, each step told apart', async () => {
    const { client, source, quote } = await quoted()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const walletClient = fakeWallet(source, 'json-rpc')
    const { id: moveId } = await sendMove(client, { quote, approval: 'approve', walletClient, journal })
    expect(journal.get(moveId)?.records.map(({ state }) => state)).toEqual([
      'intended',
      'approve-submitted',
      'approve-mined',
      'submitted',
      'sent',
    ])
  })

  test('behavior: what was given up before it was sent is failed in the journal; what may be out is not', async () => {
    const { client, source, quote } = await quoted()
    const journal = await createJournal({ storage: memoryJournalStorage() })
    const stateAfter = async (walletClient: MoveWallet, name: string) => {
      await expect(
        sendMove(client, { quote, approval: 'approve', walletClient, journal, inclusionTimeout: 20 }),
      ).rejects.toThrowError(named(name))
      return journal.moves().moves[0]?.state
    }
    source.state.refuses = true
    expect(await stateAfter(fakeWallet(source, 'json-rpc'), 'WalletFailedError')).toBe('failed')
    Object.assign(source.state, { refuses: false, revertSend: healthTooLow() })
    expect(await stateAfter(fakeWallet(source), 'CallRevertedError')).toBe('failed')
    Object.assign(source.state, { revertSend: undefined, inclusion: 'reverted', allowance: 10n ** 30n })
    expect(await stateAfter(fakeWallet(source), 'CallRevertedError')).toBe('failed')
    source.state.inclusion = 'never'
    expect(await stateAfter(fakeWallet(source), 'NotIncludedError')).toBe('submitted')
    Object.assign(source.state, { refuses: true })
    expect(await stateAfter(fakeWallet(source, 'json-rpc'), 'WalletFailedError')).toBe('failed')
    source.state.refuses = false
    // A wallet that breaks off: nobody knows whether it has sent it.
    const request: typeof source.request = (args) =>
      args.method === 'eth_sendTransaction' ? Promise.reject(new TypeError('broken')) : source.request(args)
    expect(await stateAfter(fakeWallet({ ...source, request }, 'json-rpc'), 'WalletFailedError')).toBe('intended')
  })

  test('error: what the journal throws before the move is submitted, and nothing is sent', async () => {
    const { client, source, quote } = await quoted()
    for (const failing of [1, 2]) {
      const storage = memoryJournalStorage()
      let appends = 0
      const journal = await createJournal({
        storage: {
          ...storage,
          lock: async (options) => {
            const writer = await storage.lock(options)
            const append = async (text: string) => {
              appends += 1
              if (appends === failing) throw new JournalStorageError('append', 'no-space')
              await writer.append(text)
            }
            return { ...writer, append }
          },
        },
      })
      await expect(sendMove(client, { quote, walletClient: fakeWallet(source), journal })).rejects.toThrowError(
        named('JournalStorageError'),
      )
    }
    expect(source.state.sent).toEqual([])
  })

  test('error: JournalLockLostError when another has the journal, before what was signed goes out', async () => {
    const { client, source, quote } = await quoted()
    const lost = new AbortController()
    const storage = memoryJournalStorage()
    const lock: JournalStorage['lock'] = async (options) => ({ ...(await storage.lock(options)), lost: lost.signal })
    const journal = await createJournal({ storage: { ...storage, lock } })
    journal.watch(({ state }) => state === 'signed' && lost.abort())
    await expect(sendMove(client, { quote, walletClient: fakeWallet(source), journal })).rejects.toThrowError(
      named('JournalLockLostError'),
    )
    expect(source.state.sent).toEqual([])
    // Whoever has it now goes on from there: nothing was given up.
    expect(journal.moves().moves[0]?.state).toBe('signed')
  })

  test('behavior: a replaced transaction is found by its id', async () => {
    const { client, source, quote } = await quoted()
    source.state.inclusion = 'never'
    const walletClient = fakeWallet(source)
    const onSubmit = () => {
      source.state.guid = GUID
    }
    expect(await sendMove(client, { quote, walletClient, onSubmit })).toMatchObject({ guid: GUID })
  })

  test('behavior: a node that fails after the inclusion costs the GUID, not the handle', async () => {
    const { client, source, quote } = await quoted()
    const walletClient = fakeWallet(source)
    const onSubmit = () => {
      source.state.forgets = true
    }
    const handle = await sendMove(client, { quote, walletClient, onSubmit })
    expect(handle).toMatchObject({ hash: expect.any(String) })
    expect(handle.guid).toBeUndefined()
  })

  test('error: AbortedError at once when the client is closed while it waits', async () => {
    const { client, source, quote } = await quoted()
    source.state.inclusion = 'never'
    const closing = new AbortController()
    const onSubmit = () => void setTimeout(() => closing.abort(), 20)
    const closed = { ...client, closing: closing.signal }
    await expect(sendMove(closed, { quote, walletClient: fakeWallet(source), onSubmit })).rejects.toThrow(
      named('AbortedError'),
    )
    expect(source.state.sent).toHaveLength(1)
  })

  test('error: WrongChainError, before anything is asked of a node or signed', async () => {
    const { client, source, quote } = await quoted()
    source.state.walletChainId = 1
    const before = source.state.requests.length
    await expect(
      sendMove(client, { quote, walletClient: fakeWallet(source) }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WrongChainError: The wallet is on the wrong chain.
      Wallet: 1
      Needed: 10
      Switch the wallet to the source chain of the move. The move was not sent.]
    `)
    expect(source.state.requests.slice(before)).toEqual(['eth_chainId'])
  })

  test('error: WrongChainError when the chain is switched while the owner reads', async () => {
    const { client, source, quote } = await quoted()
    const onIntent = () => {
      source.state.walletChainId = 1
    }
    await expect(
      sendMove(client, { quote, approval: 'approve', walletClient: fakeWallet(source), onIntent }),
    ).rejects.toThrowError(named('WrongChainError'))
    expect(source.state.sent).toEqual([])
  })

  test('error: WrongAccountError', async () => {
    const { client, source, quote } = await quoted()
    const other = { ...quote, owner: router, plan: { ...quote.plan, owner: router } }
    for (const kind of ['local', 'unconnected'] as const) {
      await expect(sendMove(client, { quote: other, walletClient: fakeWallet(source, kind) })).rejects.toThrowError(
        named('WrongAccountError'),
      )
    }
    expect(source.state.sent).toEqual([])
  })

  test('error: WalletFailedError when the owner refuses', async () => {
    const { client, source, quote } = await quoted()
    source.state.refuses = true
    for (const approval of ['permit', 'approve'] as const) {
      const walletClient = fakeWallet(source, 'json-rpc')
      await expect(sendMove(client, { quote, approval, walletClient })).rejects.toThrowError(named('WalletFailedError'))
    }
    expect(source.state.sent).toEqual([])
  })

  test('error: CallRevertedError by simulation, before anything is sent', async () => {
    const { client, source, quote } = await quoted()
    source.state.revertSend = healthTooLow()
    await expect(sendMove(client, { quote, walletClient: fakeWallet(source) })).rejects.toThrowError(
      expect.objectContaining({ name: 'CallRevertedError', hash: undefined }),
    )
    expect(source.state.sent).toEqual([])
  })

  test('error: CallRevertedError when the transaction reverts, with the reason', async () => {
    const { client, source, quote } = await quoted()
    source.state.inclusion = 'reverted'
    const onSubmit = () => {
      source.state.revertSend = healthTooLow()
    }
    await expect(sendMove(client, { quote, walletClient: fakeWallet(source), onSubmit })).rejects.toThrowError(
      expect.objectContaining({
        name: 'CallRevertedError',
        hash: expect.any(String),
        revert: expect.objectContaining({ name: 'SourceHealthTooLow' }),
      }),
    )
  })

  test('behavior: what listens to the hash cannot make a sent move look failed', async () => {
    const { client, source, quote } = await quoted()
    const onSubmit = () => {
      throw new RangeError('quota exceeded')
    }
    expect(await sendMove(client, { quote, walletClient: fakeWallet(source), onSubmit })).toMatchObject({ guid: GUID })
  })

  test.each([undefined, null, '0x', 5, {}, `0x${'11'.repeat(40)}`])(
    'error: WalletFailedError when the wallet answers with no hash (%#)',
    async (answer) => {
      const { client, source, quote, plan } = await quoted()
      source.state.allowance = allowanceOf(plan).amount
      const request: typeof source.request = async (args) => {
        const hash = await source.request(args)
        return args.method === 'eth_sendTransaction' ? answer : hash
      }
      const onSubmit = () => expect.unreachable()
      await expect(
        sendMove(client, { quote, walletClient: fakeWallet({ ...source, request }, 'json-rpc'), onSubmit }),
      ).rejects.toThrowErrorMatchingInlineSnapshot(`
        [WalletFailedError: The wallet did not complete the move.
        Reason: it answered something else than the hash of a transaction
        If it was refused, nothing happened. Otherwise ask \`getMoveStatus\` before trying again with the same id.]
      `)
      expect(source.state.sent).toHaveLength(1)
    },
  )

  test('error: NotIncludedError in time also when the node does not answer at all', async () => {
    const { source, quote } = await quoted()
    const request: typeof source.request = (args) =>
      source.state.sent.length === 0 ? source.request(args) : new Promise(() => {})
    const client = fakeContext(world(), [{ ...source, request }, fakeChain(RECEIVER_CHAIN)])
    await expect(
      sendMove(client, { quote, walletClient: fakeWallet(source), inclusionTimeout: 50 }),
    ).rejects.toThrowError(named('NotIncludedError'))
  })

  test('error: NotIncludedError', async () => {
    const { client, source, quote } = await quoted()
    source.state.inclusion = 'never'
    await expect(
      sendMove(client, { quote, walletClient: fakeWallet(source), inclusionTimeout: 20 }),
    ).rejects.toThrowError(named('NotIncludedError'))
  })

  test('error: InvalidTimeoutError before anything is sent', async () => {
    const { client, source, quote } = await quoted()
    await expect(
      sendMove(client, { quote, walletClient: fakeWallet(source), inclusionTimeout: Number.NaN }),
    ).rejects.toThrowError(named('InvalidTimeoutError'))
    expect(source.state.sent).toEqual([])
  })

  test('error: AbortedError before anything is sent', async () => {
    const { client, source, quote } = await quoted()
    const controller = new AbortController()
    const parameters = { quote, walletClient: fakeWallet(source), signal: controller.signal }
    await expect(sendMove(client, { ...parameters, onIntent: () => controller.abort() })).rejects.toThrowError(
      named('AbortedError'),
    )
    expect(source.state.sent).toEqual([])
  })

  test('error: what stores the intent must succeed', async () => {
    const { client, source, quote } = await quoted()
    const onIntent = async () => {
      throw new RangeError('disk full')
    }
    await expect(sendMove(client, { quote, walletClient: fakeWallet(source), onIntent })).rejects.toThrowError(
      'disk full',
    )
    expect(source.state.sent).toEqual([])
  })

  test('error: CalldataMismatchError, ForeignMoveError when a prepared move was changed', async () => {
    const { client, source, quote, plan } = await quoted()
    source.state.allowance = allowanceOf(plan).amount
    const prepared = await prepareMove(client, { quote, owner, id })
    if (prepared.approval !== 'none') throw new TypeError(prepared.approval)
    const walletClient = fakeWallet(source)
    const { intent, call } = prepared
    for (const [name, changed] of [
      ['CalldataMismatchError', { ...prepared, call: { ...call, to: owner } }],
      ['CalldataMismatchError', { ...prepared, intent: { ...intent, move: { ...intent.move, recovery: router } } }],
      ['ForeignMoveError', { ...prepared, intent: { ...intent, source: { ...intent.source, router: owner } } }],
      ['ForeignMoveError', { ...prepared, intent: { ...intent, move: { ...intent.move, dstMarket: router } } }],
      ['ForeignMoveError', { ...prepared, intent: { ...intent, destination: { ...intent.destination, oft: router } } }],
      ['ForeignMoveError', { ...prepared, intent: { ...intent, move: { ...intent.move, dstEid: 30_030 } } }],
    ] as const) {
      await expect(sendMove(client, { prepared: changed, walletClient })).rejects.toThrowError(named(name))
    }
    expect(source.state.sent).toEqual([])
  })
})
