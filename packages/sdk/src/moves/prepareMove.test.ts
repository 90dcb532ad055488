import { describe, expect, test } from 'vitest'
import { fakeWallet, GUID, healthTooLow, signer, stage } from '../../../../test/fixtures/fakeChain.ts'
import { allowanceOf, owner, router } from '../../../../test/fixtures/moves.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { createMetadataCache } from '../reads/MetadataCache.ts'
import { completeMove } from './completeMove.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import * as MoveCalldata from './MoveCalldata.ts'
import { prepareMove } from './prepareMove.ts'
import { sendMove } from './sendMove.ts'

const named = (name: string) => expect.objectContaining({ name })
const id = `0x${'1d'.repeat(32)}` as const

async function quoted() {
  const scene = stage()
  return { ...scene, quote: await getMoveQuote(scene.client, { plan: scene.plan, owner }) }
}

describe('prepareMove', () => {
  test('default', async () => {
    const { client, source, quote, plan } = await quoted()
    const prepared = await prepareMove(client, { quote, owner })
    expect(signer.address).toBe(owner)
    expect(prepared.intent).toMatchObject({
      version: 1,
      owner,
      sourceChainId: 10,
      destinationChainId: 20,
      deadline: quote.deadline,
      value: quote.value,
      move: {
        market: plan.source.market,
        amount: plan.amount,
        minAmount: plan.amount,
        minHealthFactor: plan.donorFloor,
        dstEid: 30_020,
        dstMarket: plan.destination.market,
        settleGas: 400_000n,
      },
    })
    expect(prepared.intent.id).toMatch(/^0x[0-9a-f]{64}$/)
    expect(prepared.intent.move.id).toBe(prepared.intent.id)
    expect(prepared).toMatchObject({
      approval: 'permit',
      permit: {
        domain: { name: 'Test WETH', version: '1', chainId: 10, verifyingContract: allowanceOf(plan).token },
        message: { owner, spender: router, value: plan.amount + 2n, nonce: 3n, deadline: quote.deadline },
      },
    })
    expect(source.state.sent).toEqual([])
    const again = await prepareMove(client, { quote, owner })
    expect(again.intent.id).not.toBe(prepared.intent.id)
  })

  test('behavior: every step survives being stored', async () => {
    const { client, quote } = await quoted()
    const prepared = await prepareMove(client, { quote, owner, id })
    expect(deserialize(serialize({ quote, prepared }))).toEqual({ quote, prepared })
  })

  test('behavior: approves the exact amount where that is wanted', async () => {
    const { client, quote, plan } = await quoted()
    const prepared = await prepareMove(client, { quote, owner, id, approval: 'approve' })
    if (prepared.approval !== 'approve') throw new TypeError(prepared.approval)
    expect(prepared.approve).toEqual({
      chainId: 10,
      to: allowanceOf(plan).token,
      data: MoveCalldata.encodeApprove(router, plan.amount + 2n),
      value: 0n,
    })
    expect(prepared.call).toEqual({
      chainId: 10,
      to: router,
      data: MoveCalldata.encodeSend(prepared.intent.move),
      value: quote.value,
    })
  })

  test('behavior: needs no approval where the router may pull, and simulates then', async () => {
    const { client, source, quote, plan } = await quoted()
    source.state.allowance = allowanceOf(plan).amount
    const prepared = await prepareMove(client, { quote, owner, id })
    expect(prepared.approval).toBe('none')
    source.state.revertSend = healthTooLow()
    await expect(prepareMove(client, { quote, owner, id })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [CallRevertedError: \`send\` would revert: the health factor that would remain is below the donor floor: SourceHealthTooLow(1, 2).
      Chain: 10
      Error: SourceHealthTooLow
      It was not sent. Read the margin view again before you try once more.]
    `)
  })

  test('behavior: a contract that named somebody for the destination approves', async () => {
    const { client, source, plan } = await quoted()
    source.state.code = '0xef0100'
    const quote = await getMoveQuote(client, { plan, owner, recovery: router })
    const prepared = await prepareMove(client, { quote, owner })
    expect(prepared).toMatchObject({ approval: 'approve', intent: { move: { recovery: router } } })
    await expect(prepareMove(client, { quote, owner, approval: 'permit' })).rejects.toThrowError(
      named('PermitUnavailableError'),
    )
  })

  test('error: RecoveryRequiredError', async () => {
    const { client, source, quote } = await quoted()
    source.state.code = '0x6001'
    await expect(prepareMove(client, { quote, owner })).rejects.toThrowError(named('RecoveryRequiredError'))
  })

  test.each([
    ['InvalidAddressError', { owner: '0x1' }],
    ['WrongOwnerError', { owner: router }],
    ['InvalidMoveIdError', { id: '0x1d' }],
    ['InvalidMoveIdError', { id: `0x${'00'.repeat(32)}` }],
  ] as const)('error: %s (%#)', async (name, changes) => {
    const { client, quote } = await quoted()
    await expect(prepareMove(client, { quote, owner, ...changes })).rejects.toThrowError(named(name))
  })

  test.each([
    ['ExpiredQuoteError', { timestamp: 1_700_000_600n }],
    ['ExpiredDeadlineError', { timestamp: 1_700_001_200n }],
    ['FeeRoseError', { fee: 2n * 10n ** 15n }],
    ['InsufficientCollateralError', { balance: 1n }],
    ['InsufficientFundsError', { funds: 10n ** 15n }],
    ['MoveAlreadySentError', { guid: GUID }],
    ['PermitUnavailableError', { permitVersion: '2' }],
    ['ChainUnavailableError', { down: true }],
  ] as const)('error: %s when the chain changed since the quote', async (name, changes) => {
    const { client, source, quote } = await quoted()
    Object.assign(source.state, changes)
    await expect(prepareMove(client, { quote, owner, id })).rejects.toThrowError(named(name))
    expect(source.state.sent).toEqual([])
  })

  test('error: InsufficientFundsError says what is needed besides, and nobody knows', async () => {
    const { client, source, plan } = stage()
    source.state.dataFee = undefined
    const quote = await getMoveQuote(client, { plan, owner })
    source.state.funds = 10n ** 15n
    await expect(prepareMove(client, { quote, owner })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [InsufficientFundsError: The owner holds too little of the native coin to pay for the move.
      Holds (wei): 1000000000000000
      Needs (wei): 1230000000000000
      And besides: costs.l1DataFee (getL1Fee reverted)
      Chain:       10
      Fund the owner on the source chain. Nothing was sent.]
    `)
  })

  test('error: RefusedRouteError when the route got worse, unless the quote or the caller accepted it', async () => {
    const scene = stage()
    const { client, plan } = scene
    scene.destination.state.route.receives.isDefault = true
    const quote = await getMoveQuote(client, { plan, owner, acceptRoute: ['unpinned-library'] })
    expect(await prepareMove(client, { quote, owner, id })).toMatchObject({ intent: { id } })
    const refused = prepareMove(client, { quote, owner, id, acceptRoute: [] })
    await expect(refused).rejects.toThrowError(named('RefusedRouteError'))
    // Another client, whose memory is empty.
    const strict = { ...quote, route: { ...quote.route, accepted: [] } }
    const fresh = { ...client, metadata: createMetadataCache() }
    await expect(prepareMove(fresh, { quote: strict, owner, id })).rejects.toThrowError(named('RefusedRouteError'))
    const accepted = await prepareMove(fresh, { quote: strict, owner, id, acceptRoute: ['unpinned-library'] })
    expect(accepted.intent.id).toBe(id)
  })

  test('error: ForeignMoveError when a stored quote was changed', async () => {
    const { client, quote, plan } = await quoted()
    const other = { ...quote, plan: { ...plan, source: { ...plan.source, router: owner } } }
    await expect(prepareMove(client, { quote: other, owner })).rejects.toThrowError(named('ForeignMoveError'))
  })
})

describe('completeMove', () => {
  test('default', async () => {
    const { client, source, quote } = await quoted()
    const prepared = await prepareMove(client, { quote, owner, id })
    if (prepared.approval !== 'permit') throw new TypeError(prepared.approval)
    const { domain, types, primaryType, message } = prepared.permit
    const signature = await fakeWallet(source).signTypedData({ account: signer, domain, types, primaryType, message })
    const call = completeMove(prepared, signature)
    expect(call).toMatchObject({ chainId: 10, to: router, value: quote.value })
    expect(call.data.slice(0, 10)).not.toBe(MoveCalldata.encodeSend(prepared.intent.move).slice(0, 10))
    // Some wallets give the parity as 0 and 1.
    const bare = `${signature.slice(0, -2)}${signature.endsWith('1b') ? '00' : '01'}` as const
    expect(completeMove(prepared, `0x${bare.slice(2)}`)).toEqual(call)
  })

  test('error: InvalidSignatureError', async () => {
    const { client, quote } = await quoted()
    const prepared = await prepareMove(client, { quote, owner, id })
    if (prepared.approval !== 'permit') throw new TypeError(prepared.approval)
    expect(() => completeMove(prepared, '0x1234')).toThrowError(named('InvalidSignatureError'))
  })

  test('error: CalldataMismatchError when the typed data was changed, before a wallet sees it', async () => {
    const { client, source, quote } = await quoted()
    const prepared = await prepareMove(client, { quote, owner, id })
    if (prepared.approval !== 'permit') throw new TypeError(prepared.approval)
    const { permit } = prepared
    const { domain, message } = permit
    for (const changed of [
      { ...permit, domain: { ...domain, chainId: 1 } },
      { ...permit, domain: { ...domain, verifyingContract: router } },
      { ...permit, message: { ...message, owner: router } },
      { ...permit, message: { ...message, spender: owner } },
      { ...permit, message: { ...message, value: message.value + 1n } },
      { ...permit, message: { ...message, deadline: message.deadline + 1n } },
    ]) {
      const other = { ...prepared, permit: changed }
      const requests = source.state.requests.length
      await expect(sendMove(client, { prepared: other, walletClient: fakeWallet(source) })).rejects.toThrowError(
        named('CalldataMismatchError'),
      )
      expect(source.state.requests.slice(requests)).toEqual(['eth_chainId'])
    }
  })

  test('error: CalldataMismatchError when the permit was changed to grant more', async () => {
    const { client, source, quote } = await quoted()
    const prepared = await prepareMove(client, { quote, owner, id })
    if (prepared.approval !== 'permit') throw new TypeError(prepared.approval)
    const { domain, types, primaryType } = prepared.permit
    const message = { ...prepared.permit.message, value: 2n ** 256n - 1n }
    const signature = await fakeWallet(source).signTypedData({ account: signer, domain, types, primaryType, message })
    const changed = { ...prepared, permit: { ...prepared.permit, message } }
    expect(() => completeMove(changed, signature)).toThrowError(
      expect.objectContaining({ name: 'CalldataMismatchError', field: 'permit.value' }),
    )
  })
})
