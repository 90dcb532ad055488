import {
  type Address,
  createClient,
  custom,
  decodeFunctionData,
  decodeFunctionResult,
  encodeFunctionResult,
  getAddress,
  type Hex,
  isAddressEqual,
  multicall3Abi,
  numberToHex,
  pad,
  parseAbi,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { fakeWallet, GUID, healthTooLow, signer, stage, ZERO_HASH } from '../../../../test/fixtures/fakeChain.ts'
import { owner } from '../../../../test/fixtures/moves.ts'
import type { Route } from '../model/Route.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import { getMoveStatus } from './getMoveStatus.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import { prepareMove } from './prepareMove.ts'
import { sendMove } from './sendMove.ts'

const ONE = `0x${'00'.repeat(31)}01` as const
const NIL = `0x${'ff'.repeat(32)}` as const

async function sent() {
  const scene = stage()
  const quote = await getMoveQuote(scene.client, { plan: scene.plan, owner })
  const { intent } = await prepareMove(scene.client, { quote, owner })
  const move = await sendMove(scene.client, { quote, walletClient: fakeWallet(scene.source) })
  return { ...scene, intent, move }
}

/** The messaging contracts of the route when it is one of Stargate. */
const messaging: Readonly<Record<number, Address>> = {
  10: getAddress(pad('0xa1', { size: 20 })),
  20: getAddress(pad('0xa2', { size: 20 })),
}
const pathAbi = parseAbi([
  'function inboundPayloadHash(address receiver, uint32 srcEid, bytes32 sender, uint64 nonce) view returns (bytes32)',
  'function lazyInboundNonce(address receiver, uint32 srcEid, bytes32 sender) view returns (uint64)',
  'function unreceivedTokens(bytes32 guid, uint8 index) view returns (bytes32)',
])

/** The same chains, with pools of Stargate: the endpoint knows messages between the messaging contracts only. */
async function sentByPool(says: { payload?: Hex; lazyNonce?: bigint; unreceived?: Hex | 'nothing' }) {
  const { client, destination, move } = await sent()
  const answerOf = (to: Address, data: Hex): Hex | undefined => {
    try {
      const { functionName, args } = decodeFunctionData({ abi: pathAbi, data })
      if (functionName === 'unreceivedTokens') {
        if (says.unreceived === 'nothing') return undefined
        const isAsked = isAddressEqual(to, move.destination.oft) && args[0] === GUID && args[1] === 0
        return isAsked ? (says.unreceived ?? ZERO_HASH) : ONE
      }
      const [receiver, , sender] = args
      const isPath = receiver === messaging[20] && sender === pad(messaging[10] ?? '0x').toLowerCase()
      if (functionName === 'inboundPayloadHash') return isPath ? (says.payload ?? ZERO_HASH) : GUID
      return numberToHex(isPath ? (says.lazyNonce ?? 0n) : 0n, { size: 32 })
    } catch {
      return undefined
    }
  }
  const request: typeof destination.request = async ({ method, params }) => {
    const answer = await destination.request({ method, params })
    if (method !== 'eth_call') return answer
    const [first] = Array.isArray(params) ? params : []
    const functionName = 'aggregate3'
    const asked = decodeFunctionData({ abi: multicall3Abi, data: first.data })
    const calls = asked.functionName === functionName ? asked.args[0] : []
    const results = decodeFunctionResult({ abi: multicall3Abi, functionName, data: answer as Hex })
    const result = results.map((result, index) => {
      const { target = move.owner, callData = '0x' } = calls[index] ?? {}
      const found = answerOf(target, callData)
      return found === undefined ? result : { success: true, returnData: found }
    })
    return encodeFunctionResult({ abi: multicall3Abi, functionName, result })
  }
  const { chain } = destination
  const there = createClient({ chain, transport: custom({ request }, { retryCount: 0 }), ccipRead: false })
  const routes: readonly Route[] = client.routes.map(({ ends, ...route }) => ({
    ...route,
    kind: 'stargate',
    ends: ends.map((end) => ({ ...end, messaging: messaging[end.chainId] ?? end.oft })),
  }))
  const getClient = (chainId: number) => (chainId === chain.id ? there : client.getClient(chainId))
  return { client: { ...client, routes, getClient }, destination, move }
}

describe('getMoveStatus', () => {
  test('default', async () => {
    const { client, source, destination, move } = await sent()
    const requests = [source.state.requests.length, destination.state.requests.length] as const
    expect(await getMoveStatus(client, { move })).toEqual({
      state: 'sent',
      move: { ...move, minedIn: 1_000n },
      blocks: {
        source: { chainId: 10, number: 1_000n, timestamp: 1_700_000_000n },
        destination: { chainId: 20, number: 1_000n, timestamp: 1_700_000_000n },
      },
      issues: [],
    })
    expect(source.state.requests.slice(requests[0])).toEqual(['eth_call'])
    expect(destination.state.requests.slice(requests[1])).toEqual(['eth_call'])
  })

  test.each([
    ['verified', { payload: GUID }],
    ['verified', { payload: GUID, lazyNonce: 9n }],
    ['compose-queued', { compose: GUID, lazyNonce: 7n }],
    ['delivered', { compose: ONE }],
    ['blocked-by-nonce', { payload: GUID, inboundNonce: 6n }],
    ['credited', { arrival: 1, compose: ONE, lazyNonce: 7n }],
    ['parked', { arrival: 2, compose: ONE, lazyNonce: 7n }],
    ['claimed', { arrival: 3, compose: ONE, lazyNonce: 7n }],
    ['sent', { lazyNonce: 6n }],
  ] as const)('behavior: %s as the destination shows it (%#)', async (expected, changes) => {
    const { client, destination, move } = await sent()
    Object.assign(destination.state, changes)
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: expected, issues: [] })
  })

  test('behavior: an intent without a hash is found by its id', async () => {
    const { client, destination, intent } = await sent()
    Object.assign(destination.state, { arrival: 1 })
    const status = await getMoveStatus(client, { move: intent })
    expect(status).toMatchObject({ state: 'credited', amount: 5n, move: { guid: GUID, nonce: 7n } })
  })

  test('behavior: before it is included it is only intended; after the deadline it has failed', async () => {
    const { client, source, intent } = await sent()
    source.state.guid = ZERO_HASH
    expect(await getMoveStatus(client, { move: intent })).toMatchObject({ state: 'intended', issues: [] })
    source.state.timestamp = intent.deadline
    expect(await getMoveStatus(client, { move: intent })).toMatchObject({ state: 'intended' })
    expect(await getMoveStatus(client, { move: intent, local: 'signed' })).toMatchObject({ state: 'signed' })
    const hash = GUID
    source.state.inclusion = 'never'
    expect(await getMoveStatus(client, { move: { ...intent, hash } })).toMatchObject({ state: 'submitted' })
    source.state.timestamp = intent.deadline + 1n
    expect(await getMoveStatus(client, { move: intent })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('deadline'),
    })
  })

  test('behavior: a reverted transaction has failed, with the reason', async () => {
    const { client, source, intent } = await sent()
    Object.assign(source.state, { guid: ZERO_HASH, inclusion: 'reverted' })
    const data = MoveCalldata.encodeSend(intent.move)
    const hash = await fakeWallet(source).sendTransaction({ account: signer, to: intent.source.router, data, gas: 1n })
    source.state.revertSend = healthTooLow()
    expect(await getMoveStatus(client, { move: { ...intent, hash } })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('SourceHealthTooLow'),
    })
  })

  test('behavior: a chain that does not answer leaves the last sure state, and says so', async () => {
    const { client, source, destination, move, intent } = await sent()
    destination.state.down = true
    const blind = await getMoveStatus(client, { move })
    expect(blind).toMatchObject({ state: 'sent', issues: [{ kind: 'unavailable', chainId: 20, path: 'arrival' }] })
    expect(JSON.stringify(blind.issues)).not.toContain('secret-key')
    source.state.down = true
    expect(await getMoveStatus(client, { move })).toMatchObject({
      state: 'sent',
      issues: [{ chainId: 10 }, { chainId: 20 }],
    })
    expect(await getMoveStatus(client, { move: intent })).toMatchObject({
      state: 'intended',
      issues: [{ chainId: 10 }],
    })
    Object.assign(destination.state, { down: false, arrival: 1 })
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'credited', issues: [{ chainId: 10 }] })
  })

  test('behavior: a source that forgets a move that was seen does not take it back', async () => {
    const { client, source, destination, move } = await sent()
    source.state.guid = ZERO_HASH
    Object.assign(destination.state, { arrival: 2 })
    const gap = { issues: [{ kind: 'disputed', path: 'sentMove' }] }
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'parked', ...gap })
  })

  test('behavior: C4: a message that took its place on the path, and so its GUID, is not taken for the move', async () => {
    const { client, source, destination, move } = await sent()
    source.state.guid = ZERO_HASH
    const gap = { issues: [{ kind: 'disputed', path: 'sentMove' }] }
    for (const theirs of [
      { payload: GUID },
      { payload: ZERO_HASH, compose: GUID },
      { compose: ZERO_HASH, lazyNonce: 7n },
    ]) {
      Object.assign(destination.state, theirs)
      expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'reorged', ...gap })
    }
    // Nor where it has arrived, for somebody else.
    Object.assign(destination.state, { arrival: 1, compose: ONE })
    const stolen = { ...move, owner: move.source.router }
    const status = await getMoveStatus(client, { move: stolen })
    expect(status).toMatchObject({ state: 'reorged', issues: [{ path: 'sentMove' }, { path: 'arrival' }] })
    source.state.guid = GUID
    expect(await getMoveStatus(client, { move: stolen })).toMatchObject({
      state: 'delivered',
      issues: [{ path: 'arrival', reason: expect.stringContaining("another owner's") }],
    })
  })

  test('behavior: a move that a reorganisation took away has failed once it cannot be sent any more', async () => {
    const { client, source, destination, move } = await sent()
    Object.assign(source.state, { guid: ZERO_HASH, timestamp: move.deadline })
    // A node that has not come as far as the block of the move takes nothing back.
    source.state.number = 999n
    const gap = { issues: [{ path: 'sentMove' }] }
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'sent', ...gap })
    source.state.number = 1_000n
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'reorged', ...gap })
    const { minedIn, ...unplaced } = move
    expect(minedIn).toBe(1_000n)
    expect(await getMoveStatus(client, { move: unplaced })).toMatchObject({ state: 'sent', ...gap })
    source.state.timestamp = move.deadline + 1n
    for (const known of [move, unplaced]) {
      expect(await getMoveStatus(client, { move: known })).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('reorganised'),
      })
    }
    // Whatever the destination knows of it, or does not tell, says otherwise.
    destination.state.down = true
    expect(await getMoveStatus(client, { move })).toMatchObject({
      state: 'reorged',
      issues: [{ chainId: 10 }, { chainId: 20 }],
    })
    Object.assign(destination.state, { down: false, payload: GUID })
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'reorged', ...gap })
  })

  test('behavior: a message that the owner of the token refused or removed is called that', async () => {
    const { client, destination, move } = await sent()
    destination.state.payload = NIL
    const refused = { state: 'skipped-nilified-burnt', issues: [] }
    expect(await getMoveStatus(client, { move })).toMatchObject({ ...refused, removal: 'nilified' })
    Object.assign(destination.state, { payload: ZERO_HASH, lazyNonce: 7n })
    expect(await getMoveStatus(client, { move })).toMatchObject({
      ...refused,
      removal: 'removed',
      reason: expect.stringContaining('without executing it'),
    })
  })

  test('behavior: C4: another transaction that takes the place of the move is seen by its account and nonce', async () => {
    const { client, source, intent } = await sent()
    Object.assign(source.state, { guid: ZERO_HASH, inclusion: 'never' })
    const move = { ...intent, hash: GUID }
    // As long as a node has it, it is remembered whose transaction it is.
    const pending = await getMoveStatus(client, { move })
    expect(pending).toMatchObject({ state: 'submitted', move: { transaction: { from: signer.address, nonce: 0n } } })
    // It is dropped, and nothing has taken its place: it may be sent again by anybody who has it.
    source.state.isPending = false
    expect(await getMoveStatus(client, { move: pending.move })).toMatchObject({ state: 'submitted', issues: [] })
    source.state.transactionCount = 1n
    expect(await getMoveStatus(client, { move: pending.move })).toMatchObject({ state: 'replaced', issues: [] })
    // Nobody knows that of a transaction that was never seen.
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'submitted', issues: [] })
    // Whoever sent it with the same call and more gas: the router knows it by its id.
    source.state.guid = GUID
    expect(await getMoveStatus(client, { move: pending.move })).toMatchObject({ state: 'sent', issues: [] })
  })

  test('behavior: what finalized blocks show does not stand on what the head has shown', async () => {
    const { client, source, move } = await sent()
    expect(await getMoveStatus(client, { move, finality: 'finalized' })).toMatchObject({ state: 'sent' })
    source.state.guid = ZERO_HASH
    source.state.inclusion = 'never'
    expect(await getMoveStatus(client, { move, finality: 'finalized' })).toMatchObject({
      state: 'mined',
      issues: [{ path: 'sentMove' }],
    })
  })

  test.each([
    ['sent', {}],
    ['verified', { payload: GUID }],
    ['unreceived', { unreceived: GUID, lazyNonce: 7n }],
    ['sent', { unreceived: 'nothing', lazyNonce: 7n }],
    ['skipped-nilified-burnt', { lazyNonce: 7n }],
  ] as const)('behavior: through Stargate, %s as its messaging and its pool show it (%#)', async (expected, says) => {
    const { client, move } = await sentByPool(says)
    const status = await getMoveStatus(client, { move })
    expect(status.state).toBe(expected)
    // A pool that does not answer may keep it: then it is not called lost.
    const isSilent = 'unreceived' in says && says.unreceived === 'nothing'
    const unread = isSilent ? ['unreceivedTokens'] : []
    expect(status.issues.map(({ path }) => path)).toEqual(unread)
  })

  test('behavior: what a pool paid out after all goes on as any other', async () => {
    const { client, destination, move } = await sentByPool({ lazyNonce: 7n })
    destination.state.compose = GUID
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'compose-queued', issues: [] })
    Object.assign(destination.state, { compose: ONE, arrival: 1 })
    expect(await getMoveStatus(client, { move })).toMatchObject({ state: 'credited', issues: [] })
  })

  test('error: AbortedError, UnknownChainError', async () => {
    const { client, move } = await sent()
    await expect(getMoveStatus(client, { move, signal: AbortSignal.abort() })).rejects.toThrowError(
      expect.objectContaining({ name: 'AbortedError' }),
    )
    await expect(getMoveStatus(client, { move: { ...move, sourceChainId: 99 } })).rejects.toThrowError(
      expect.objectContaining({ name: 'UnknownChainError' }),
    )
  })
})
