import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import type { Devnet, DevnetAccount, DevnetChain, DevnetSnapshot } from '@unimargin/devnet'
import {
  collateralRouterAbi,
  deserialize,
  type Hex,
  type MarginClient,
  type MarginView,
  type MovePlan,
  type MoveQuote,
  parsePreparedMove,
  serialize,
  Wad,
} from '@unimargin/sdk'
import {
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  erc20Abi,
  parseAbi,
  parseEventLogs,
  parseSignature,
} from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { committedGas, gasOfMove } from './moveGas.fixture.ts'
import { type Move, moveOf, parkReason, sendAs, sendMoveAs, statusOf } from './routerCalls.fixture.ts'
import { bootTwoChains, walletOf } from './twoChains.fixture.ts'

// The real Morpho Blue, Aave pools, endpoints and OFTs on two local chains: moves out of Morpho and into it, and repayments.

const ETH = 10n ** 18n
const USD = 10n ** 6n
/** By the router's `Action` and `Protocol`. */
const REPAY = 1
const MORPHO = 2

const morphoAbi = parseAbi([
  'struct Authorization { address authorizer; address authorized; bool isAuthorized; uint256 nonce; uint256 deadline; }',
  'struct Signature { uint8 v; bytes32 r; bytes32 s; }',
  'function isAuthorized(address, address) view returns (bool)',
  'function nonce(address) view returns (uint256)',
  'function position(bytes32, address) view returns (uint256, uint128, uint128)',
  'function setAuthorization(address, bool)',
  'function setAuthorizationWithSig(Authorization authorization, Signature signature)',
])
const deskAbi = parseAbi([
  'struct Place { uint8 protocol; address market; bytes32 marketId; address asset; address token; address owner; }',
  'function healthFactor(Place place) returns (uint256)',
  'function supply(Place place, uint256 amount)',
])

let devnet: Devnet
let client: MarginClient
let clean: DevnetSnapshot
let arbitrum: DevnetChain
let base: DevnetChain
let owner: DevnetAccount
let stranger: DevnetAccount

beforeAll(async () => {
  ;({ devnet, client, arbitrum, base, owner, stranger } = await bootTwoChains((devnet) =>
    devnet.chains.map(({ name }) => morphoBlue(devnet.morphoMarketOf(name, 'WETH/USDC'))),
  ))
  await devnet.setPrice('wstETH', '2400')
  for (const chain of ['arbitrum', 'base'] as const) {
    await devnet.supply({ chain, owner: stranger.address, symbol: 'USDC', amount: 1_000_000n * USD })
    await devnet.supply({ chain, owner: stranger.address, symbol: 'WETH', amount: 1_000n * ETH })
    await devnet.openAavePosition({
      chain,
      owner: owner.address,
      supply: { WETH: 10n * ETH },
      borrow: { USDC: 8_000n * USD },
    })
    await devnet.openMorphoPosition({
      chain,
      market: 'WETH/USDC',
      owner: owner.address,
      collateral: 10n * ETH,
      borrow: 10_000n * USD,
    })
  }
  clean = await devnet.snapshot()
})

beforeEach(async () => {
  await devnet.revert(clean)
})

afterAll(async () => {
  await devnet?.close()
})

const viewOf = (): Promise<MarginView> => client.getMarginView({ owner: owner.address })

function positionIn(view: MarginView, { chainId }: DevnetChain, protocol: string) {
  const found = view.positions.find(({ market }) => market.chainId === chainId && market.protocol === protocol)
  if (found?.status !== 'read') throw new TypeError(`no position was read in ${protocol} on ${chainId}`)
  return found
}

type Protocols = readonly [from: 'aave-v3' | 'morpho-blue', to: 'aave-v3' | 'morpho-blue']

async function quoted([from, to]: Protocols, amount = 2n * ETH): Promise<MoveQuote & { readonly plan: MovePlan }> {
  const view = await viewOf()
  const plan = client.planMove({
    view,
    asset: 'WETH',
    donor: positionIn(view, arbitrum, from).id,
    receiver: positionIn(view, base, to).id,
    amount,
    donorFloor: Wad.fromDecimal('1.2'),
    acceptFlags: ['single-source'],
  })
  if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
  return client.getMoveQuote({ plan, owner: owner.address })
}

const walletOn = (chain: DevnetChain) => walletOf(chain, owner)

const marketOn = (chain: DevnetChain, name: 'WETH/USDC' | 'wstETH/WETH' = 'WETH/USDC') => chain.morphoMarkets[name]

function read(chain: DevnetChain, functionName: 'isAuthorized'): Promise<boolean>
function read(chain: DevnetChain, functionName: 'nonce'): Promise<bigint>
async function read(chain: DevnetChain, functionName: 'isAuthorized' | 'nonce'): Promise<boolean | bigint> {
  const call = { address: chain.addresses.morpho, abi: morphoAbi } as const
  return functionName === 'nonce'
    ? chain.client.readContract({ ...call, functionName, args: [owner.address] })
    : chain.client.readContract({ ...call, functionName, args: [owner.address, chain.addresses.router] })
}

const morphoPosition = (chain: DevnetChain, id: Hex) =>
  chain.client.readContract({
    address: chain.addresses.morpho,
    abi: morphoAbi,
    functionName: 'position',
    args: [id, owner.address],
  })

const deskOf = (chain: DevnetChain): Promise<Address> =>
  chain.client.readContract({ address: chain.addresses.router, abi: collateralRouterAbi, functionName: 'desk' })

const tokensOf = (chain: DevnetChain, token: Address, of: Address) =>
  chain.client.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [of] })

/** Neither the router nor its desk keeps a token, an allowance or a coin. */
async function expectNothingLeft(chain: DevnetChain): Promise<void> {
  const { router, morpho, pool } = chain.addresses
  const desk = await deskOf(chain)
  for (const { address } of [chain.tokens.WETH, chain.tokens.USDC]) {
    for (const holder of [router, desk]) {
      expect(await tokensOf(chain, address, holder)).toBe(0n)
      for (const spender of [morpho, pool, desk]) {
        const args = [holder, spender] as const
        expect(await chain.client.readContract({ address, abi: erc20Abi, functionName: 'allowance', args })).toBe(0n)
      }
    }
  }
  expect(await chain.client.getBalance({ address: router })).toBe(0n)
  expect(await chain.client.getBalance({ address: desk })).toBe(0n)
}

/** Sends and waits until it is settled. */
async function send(...parameters: Parameters<typeof client.sendMove>): Promise<Hex> {
  const { guid = '0x' } = await client.sendMove(...parameters)
  await devnet.messages.waitFor(guid, 'composed')
  return guid
}

/** A move of the raw contract, from the owner's Aave position on Arbitrum. */
async function sentRaw(changes: Partial<Move>): Promise<Hex> {
  const move = { ...(await moveOf(arbitrum, base, 2n * ETH)), ...changes }
  const guid = await sendMoveAs(arbitrum, owner.address, move)
  await devnet.messages.waitFor(guid, 'composed')
  return guid
}

const creditedOn = async (chain: DevnetChain, guid: Hex) => {
  const logs = await chain.client.getLogs({ address: chain.addresses.router, fromBlock: 0n })
  const events = parseEventLogs({ abi: collateralRouterAbi, logs, eventName: 'MoveCredited' })
  return events.find(({ args }) => args.guid === guid)?.args
}

describe('a move', () => {
  test('behavior: from Aave becomes collateral in Morpho', async () => {
    const quote = await quoted(['aave-v3', 'morpho-blue'])
    const { plan } = quote
    expect(plan.destination).toMatchObject({ market: base.addresses.morpho, marketId: marketOn(base).id })
    const guid = await send({ quote, walletClient: walletOn(arbitrum) })
    expect(await statusOf(base, guid)).toBe('credited')
    const [, , collateral] = await morphoPosition(base, marketOn(base).id)
    expect(collateral).toBe(12n * ETH)
    const after = positionIn(await viewOf(), base, 'morpho-blue').health
    const foreseen = plan.receiver.health.atArrival
    if (after.status !== 'known' || foreseen.status !== 'known') throw new TypeError('something is owed')
    expect(after.factor).toBeGreaterThanOrEqual(foreseen.factor)
    await expectNothingLeft(arbitrum)
    await expectNothingLeft(base)
  })

  test('behavior: from Morpho to Aave, by two signatures, leaves no authorisation', async () => {
    const quote = await quoted(['morpho-blue', 'aave-v3'])
    expect(quote.plan.authorization).toEqual({ kind: 'morpho-authorization', contract: arbitrum.addresses.morpho })
    const nonce = await read(arbitrum, 'nonce')
    const prepared = await client.prepareMove({ quote, owner: owner.address })
    expect(prepared.approval).toBe('grant')
    const supplied = positionIn(await viewOf(), base, 'aave-v3')
    const guid = await send({
      prepared: parsePreparedMove(deserialize(serialize(prepared))),
      walletClient: walletOn(arbitrum),
    })
    expect(await statusOf(base, guid)).toBe('credited')
    const [, , collateral] = await morphoPosition(arbitrum, marketOn(arbitrum).id)
    expect(collateral).toBe(8n * ETH)
    const amountOf = ({ collateral: legs }: typeof supplied) =>
      BigInt(legs.find(({ asset }) => asset.symbol === 'WETH')?.amount as bigint)
    const gained = amountOf(positionIn(await viewOf(), base, 'aave-v3')) - amountOf(supplied)
    expect(gained).toBeGreaterThanOrEqual(2n * ETH - 2n)
    expect(await read(arbitrum, 'isAuthorized')).toBe(false)
    expect(await read(arbitrum, 'nonce')).toBe(nonce + 2n)
    await expectNothingLeft(arbitrum)
    await expectNothingLeft(base)
  })

  test('behavior: from Morpho to Morpho, by a transaction before it and one after', async () => {
    const quote = await quoted(['morpho-blue', 'morpho-blue'])
    const steps: string[] = []
    const guid = await send({
      quote,
      walletClient: walletOn(arbitrum),
      approval: 'approve',
      onSubmit: ({ step }) => steps.push(step),
    })
    expect(steps).toEqual(['approve', 'send', 'revoke'])
    expect(await statusOf(base, guid)).toBe('credited')
    expect(await read(arbitrum, 'isAuthorized')).toBe(false)
    await expectNothingLeft(base)
  })

  test('behavior: a router that was authorised before is authorised after', async () => {
    const { morpho, router } = arbitrum.addresses
    const data = encodeFunctionData({ abi: morphoAbi, functionName: 'setAuthorization', args: [router, true] })
    await sendAs(arbitrum, owner.address, { to: morpho, data })
    const quote = await quoted(['morpho-blue', 'aave-v3'])
    const prepared = await client.prepareMove({ quote, owner: owner.address })
    expect(prepared.approval).toBe('none')
    await send({ prepared, walletClient: walletOn(arbitrum) })
    expect(await read(arbitrum, 'isAuthorized')).toBe(true)
  })

  test('behavior: B5: an authorisation that a stranger used first still serves its owner', async () => {
    const quote = await quoted(['morpho-blue', 'aave-v3'])
    const prepared = await client.prepareMove({ quote, owner: owner.address })
    if (prepared.approval !== 'grant') throw new TypeError(prepared.approval)
    const { give } = prepared.grant
    if (!('authorizer' in give.message)) throw new TypeError('not of Morpho')
    const signature = await owner.account.signTypedData({
      domain: { ...give.domain },
      types: { Authorization: [...give.types.Authorization] },
      primaryType: 'Authorization',
      message: { ...give.message },
    })
    const { r, s, yParity } = parseSignature(signature)
    const data = encodeFunctionData({
      abi: morphoAbi,
      functionName: 'setAuthorizationWithSig',
      args: [give.message, { r, s, v: 27 + yParity }],
    })
    await sendAs(arbitrum, stranger.address, { to: arbitrum.addresses.morpho, data })
    expect(await read(arbitrum, 'isAuthorized')).toBe(true)
    const guid = await send({ prepared, walletClient: walletOn(arbitrum) })
    expect(await statusOf(base, guid)).toBe('credited')
    expect(await read(arbitrum, 'isAuthorized')).toBe(false)
  })

  test('error: SourceHealthTooLow, by the health that the adapter says as well', async () => {
    const view = await viewOf()
    const { health } = positionIn(view, arbitrum, 'morpho-blue')
    if (health.status !== 'known') throw new TypeError('something is owed')
    expect(await healthByDesk(arbitrum)).toBeLessThanOrEqual(health.factor)
    const quote = await quoted(['morpho-blue', 'aave-v3'], 2n * ETH)
    // Of 8 whole tokens: 1.376 before the price falls, and 1.17 after.
    await devnet.setPrice('WETH', '1700')
    await expect(client.sendMove({ quote, walletClient: walletOn(arbitrum) })).rejects.toMatchObject({
      name: 'CallRevertedError',
      revert: { name: 'SourceHealthTooLow' },
    })
    expect(await read(arbitrum, 'isAuthorized')).toBe(false)
  })

  test('error: UnroutedAssetError for what is lent to others', async () => {
    const view = await viewOf()
    expect(() =>
      client.planMove({
        view,
        asset: 'USDC',
        donor: positionIn(view, arbitrum, 'morpho-blue').id,
        receiver: positionIn(view, base, 'aave-v3').id,
        amount: USD,
        donorFloor: Wad.WAD,
        acceptFlags: ['single-source'],
      }),
    ).toThrow(expect.objectContaining({ name: 'UnroutedAssetError' }))
  })
})

describe('the twin', () => {
  test('behavior: says what the adapter says of a block, to the unit', async () => {
    for (const chain of [arbitrum, base]) {
      await chain.client.mine({ blocks: 1 })
      const view = await viewOf()
      const { health } = positionIn(view, chain, 'morpho-blue')
      const reading = view.chains.find(({ chainId }) => chainId === chain.chainId)
      if (health.status !== 'known' || reading?.status !== 'read') throw new TypeError('something is owed')
      expect(await healthByDesk(chain, reading.block.number)).toBe(health.factor)
    }
  })

  test('behavior: nobody but the router has the desk supply', async () => {
    const desk = await deskOf(base)
    const data = encodeFunctionData({ abi: deskAbi, functionName: 'supply', args: [placeOf(base), 1n] })
    const { status } = await sendAs(base, stranger.address, { to: desk, data })
    expect(status).toBe('reverted')
  })
})

describe('a repayment', () => {
  const repayment = (market: 'WETH/USDC' | 'wstETH/WETH') => ({
    action: REPAY,
    dstMarket: base.addresses.morpho,
    dstMarketId: marketOn(base, market).id,
  })

  test('behavior: into Morpho pays all of a debt, and what is left to the owner', async () => {
    const { id } = marketOn(base, 'wstETH/WETH')
    await devnet.openMorphoPosition({
      chain: 'base',
      market: 'wstETH/WETH',
      owner: owner.address,
      collateral: 4n * ETH,
      borrow: ETH,
    })
    const before = await tokensOf(base, base.tokens.WETH.address, owner.address)
    const guid = await sentRaw(repayment('wstETH/WETH'))
    expect(await statusOf(base, guid)).toBe('credited')
    const [, shares, collateral] = await morphoPosition(base, id)
    expect([shares, collateral]).toEqual([0n, 4n * ETH])
    const { left = 0n } = (await creditedOn(base, guid)) ?? {}
    // What was borrowed, with a few seconds of interest.
    expect(left).toBeLessThanOrEqual(ETH)
    expect(left).toBeGreaterThan(ETH - 10n ** 12n)
    expect((await tokensOf(base, base.tokens.WETH.address, owner.address)) - before).toBe(left)
    await expectNothingLeft(base)
  })

  test('behavior: into Morpho lowers a larger debt', async () => {
    const { id } = marketOn(base, 'wstETH/WETH')
    await devnet.openMorphoPosition({
      chain: 'base',
      market: 'wstETH/WETH',
      owner: owner.address,
      collateral: 20n * ETH,
      borrow: 10n * ETH,
    })
    const [, before] = await morphoPosition(base, id)
    const guid = await sentRaw(repayment('wstETH/WETH'))
    expect(await statusOf(base, guid)).toBe('credited')
    const [, after] = await morphoPosition(base, id)
    expect((after * 1000n) / before).toBe(800n)
    expect((await creditedOn(base, guid))?.left).toBe(0n)
    await expectNothingLeft(base)
  })

  test('behavior: into Aave pays all of a debt, and what is left to the owner', async () => {
    await devnet.openAavePosition({ chain: 'base', owner: owner.address, supply: { WETH: ETH }, borrow: { WETH: ETH } })
    const before = await tokensOf(base, base.tokens.WETH.address, owner.address)
    const guid = await sentRaw({ action: REPAY })
    expect(await statusOf(base, guid)).toBe('credited')
    const { left = 0n } = (await creditedOn(base, guid)) ?? {}
    expect(left).toBeLessThanOrEqual(ETH)
    expect(left).toBeGreaterThan(ETH - 10n ** 12n)
    expect((await tokensOf(base, base.tokens.WETH.address, owner.address)) - before).toBe(left)
    const { debt } = positionIn(await viewOf(), base, 'aave-v3')
    expect(debt.map(({ asset }) => asset.symbol)).toEqual(['USDC'])
    await expectNothingLeft(base)
  })

  test.each([
    ['of a debt that is not there', 'wstETH/WETH', 'NoDebt'],
    ['of what the market does not lend', 'WETH/USDC', 'UnknownAsset'],
  ] as const)('behavior: %s is parked for the owner', async (_, market, reason) => {
    await devnet.messages.hold({ before: 'compose' })
    const move = { ...(await moveOf(arbitrum, base, 2n * ETH)), ...repayment(market) }
    const guid = await sendMoveAs(arbitrum, owner.address, move)
    await devnet.messages.waitFor(guid, 'delivered')
    const from = await base.client.getBlockNumber()
    await devnet.messages.compose(guid)
    expect(await statusOf(base, guid)).toBe('parked')
    const logs = await base.client.getLogs({ address: base.addresses.router, fromBlock: from + 1n })
    const [{ transactionHash } = { transactionHash: '0x' as Hex }] = logs
    expect(parkReason(await base.client.getTransactionReceipt({ hash: transactionHash ?? '0x' }))).toBe(reason)
  })
})

const placeOf = (chain: DevnetChain) => ({
  protocol: MORPHO,
  market: chain.addresses.morpho,
  marketId: marketOn(chain).id,
  asset: chain.tokens.WETH.address,
  token: chain.addresses.morpho,
  owner: owner.address,
})

/** What the router would compare with the owner's floor. */
async function healthByDesk(chain: DevnetChain, blockNumber?: bigint): Promise<bigint> {
  const data = encodeFunctionData({ abi: deskAbi, functionName: 'healthFactor', args: [placeOf(chain)] })
  const result = await chain.client.call({ to: await deskOf(chain), data, ...(blockNumber && { blockNumber }) })
  return decodeFunctionResult({ abi: deskAbi, functionName: 'healthFactor', data: result.data ?? '0x' })
}

describe('the gas of a move', () => {
  test.each(['Aave V3', 'Morpho Blue'] as const)('behavior: %s: is what the table says', async (kind) => {
    const measured = await gasOfMove({ devnet, client, arbitrum, base, owner, stranger }, kind)
    const committed = committedGas(kind)
    for (const side of ['source', 'destination'] as const) {
      for (const what of ['alone', 'move'] as const) {
        const drift = Number(measured[side][what]) / Number(committed[side][what]) - 1
        // Interest and prices change a little of it.
        expect(Math.abs(drift), `${side}, ${what}: ${measured[side][what]}`).toBeLessThan(0.02)
      }
    }
  })
})
