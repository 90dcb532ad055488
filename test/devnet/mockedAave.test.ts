import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { type MockAaveV3, mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createDevnet, type Devnet, type DevnetChain, ETH_CORRELATED } from '@unimargin/devnet'
import { type Address, createMarginClient, type Hex, type MarginView, Revert } from '@unimargin/sdk'
import { type MockChain, mockChain } from '@unimargin/sdk/testing'
import { encodeFunctionData, http, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The mocked pool against the real one: the same positions, prices and indices give the same legs, the same health and
// the same refusals.

const ETH = 10n ** 18n
const USD = 10n ** 6n
const poolAbi = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function borrow(address asset, uint256 amount, uint256 rateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 rateMode, address onBehalfOf) returns (uint256)',
  'function setUserEMode(uint8 categoryId)',
  'function getReserveNormalizedIncome(address asset) view returns (uint256)',
  'function getReserveNormalizedVariableDebt(address asset) view returns (uint256)',
])
const scaledAbi = parseAbi(['function scaledBalanceOf(address account) view returns (uint256)'])

const symbols = ['WETH', 'USDC', 'WBTC', 'wstETH'] as const
type Symbol = (typeof symbols)[number]
/** As the devnet lists them. */
const reserves = {
  WETH: { price: '2500', liquidationThreshold: '0.825', loanToValue: '0.8', eMode: 1 },
  USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', loanToValue: '0.77' },
  WBTC: { price: '65000', decimals: 8, liquidationThreshold: '0.75', loanToValue: '0.7', liquidationBonus: '0.065' },
  wstETH: { price: '2950', liquidationThreshold: '0.79', loanToValue: '0.71', liquidationBonus: '0.072', eMode: 1 },
} as const
const eModes = { 1: { label: 'ETH correlated', liquidationThreshold: '0.93', loanToValue: '0.9' } } as const

const [mixed, correlated, lender, nobody] = ['1', '2', '3', '4'].map((digit): Address => `0x${digit.repeat(40)}`)
const owners = [mixed, correlated, lender, nobody].filter((owner) => owner !== undefined)

let devnet: Devnet
let real: DevnetChain
let mock: MockChain
let aave: MockAaveV3
let views: { readonly real: MarginView; readonly mock: MarginView }
let block: bigint

/** Boots a pool of a version, brings it and its twin into the same state, and reads both. */
async function open(version: '3.0' | '3.6'): Promise<void> {
  devnet = await createDevnet({ chains: ['arbitrum'], aave: version })
  real = devnet.chain('arbitrum')
  const on = { chain: 'arbitrum' } as const
  if (mixed === undefined || correlated === undefined || lender === undefined) throw new TypeError('four owners')
  await devnet.openAavePosition({
    ...on,
    owner: mixed,
    supply: { WETH: 3n * ETH + 7n, WBTC: 12_345_678n },
    borrow: { USDC: 8_000n * USD + 1n },
  })
  await devnet.openAavePosition({ ...on, owner: correlated, supply: { wstETH: 10n * ETH } })
  await devnet.openAavePosition({ ...on, owner: lender, supply: { USDC: 1_234n * USD } })
  await real.client.impersonateAccount({ address: correlated })
  await real.client.setBalance({ address: correlated, value: ETH })
  const hash = await real.client.writeContract({
    account: correlated,
    address: real.addresses.pool,
    abi: poolAbi,
    functionName: 'setUserEMode',
    args: [ETH_CORRELATED],
    gas: 500_000n,
  })
  await real.client.waitForTransactionReceipt({ hash })
  await devnet.borrow({ ...on, owner: correlated, symbol: 'WETH', amount: 10n * ETH + 3n })
  await devnet.setPrice('WETH', '2412.50')
  await devnet.setPrice('WBTC', '61234.56789012')
  await devnet.increaseTime(86_400)

  const client = createMarginClient({
    chains: [real.chain],
    transports: { [real.chainId]: http(real.rpcUrl) },
    adapters: [aaveV3(devnet.marketOf('arbitrum'))],
  })
  const read = await client.getMarginView({ owners })
  const [reading] = read.chains
  if (reading?.status !== 'read') throw new TypeError('the devnet was not read')
  block = reading.block.number
  aave = await mocked(version)
  mock = mockChain({ chain: real.chain, markets: [aave], block: { timestamp: reading.block.timestamp } })
  const twin = createMarginClient({
    chains: [real.chain],
    transports: { [real.chainId]: mock.transport },
    adapters: [aave.adapter],
  })
  views = { real: read, mock: await twin.getMarginView({ owners }) }
}

/** The pool as the real one stands: scaled balances first, then the indices of the block that was read. */
async function mocked(version: '3.0' | '3.6'): Promise<MockAaveV3> {
  const { pool } = real.addresses
  const scaled = (token: Address, account: Address) =>
    real.client.readContract({
      address: token,
      abi: scaledAbi,
      functionName: 'scaledBalanceOf',
      args: [account],
      blockNumber: block,
    })
  const index = (symbol: Symbol, functionName: 'getReserveNormalizedIncome' | 'getReserveNormalizedVariableDebt') => {
    const args = [real.tokens[symbol].address] as const
    return real.client.readContract({ address: pool, abi: poolAbi, functionName, args, blockNumber: block })
  }
  const amounts = async (account: Address, token: 'aToken' | 'variableDebtToken') =>
    Object.fromEntries(
      await Promise.all(
        symbols.map(async (symbol) => [symbol, await scaled(real.tokens[symbol][token], account)] as const),
      ),
    )
  let twin = mockAaveV3({ chainId: real.chainId, version, pool, reserves, eModes })
  for (const owner of owners) {
    const position = {
      owner,
      supply: await amounts(owner, 'aToken'),
      borrow: await amounts(owner, 'variableDebtToken'),
    }
    twin = twin.withPosition({ ...position, eMode: owner === correlated ? 1 : 0 })
  }
  for (const symbol of symbols) {
    const liquidityIndex = await index(symbol, 'getReserveNormalizedIncome')
    const borrowIndex = await index(symbol, 'getReserveNormalizedVariableDebt')
    twin = twin.withReserve(symbol, { liquidityIndex, borrowIndex })
  }
  return twin.withPrice('WETH', '2412.50').withPrice('WBTC', '61234.56789012')
}

/** What does not depend on where the tokens stand. */
function figuresOf(view: MarginView) {
  const leg = <one extends { readonly asset: { readonly symbol: string } }>({ asset: { symbol }, ...rest }: one) => ({
    symbol,
    ...rest,
  })
  return view.positions.map((position) => {
    if (position.status !== 'read') throw new TypeError(position.issues.map(({ reason }) => reason).join())
    const { owner, health, collateralValue, debtValue, weightedCollateral, details } = position
    const legs = { collateral: position.collateral.map(leg), debt: position.debt.map(leg) }
    return { owner, health, collateralValue, debtValue, weightedCollateral, details, ...legs }
  })
}

describe.each(['3.0', '3.6'] as const)('a mocked Aave pool of %s', (version) => {
  beforeAll(() => open(version), 120_000)
  afterAll(() => devnet?.close())
  /** Only 3.0 has numbers for words; of 3.6 it counts that they are the same, and where there are none. */
  const isDone = (words: readonly string[]) => words.map((word) => (word === 'done' ? word : 'refused'))

  test('default: the same positions have the same legs and the same health, to the wei', () => {
    const [first, second] = [figuresOf(views.real), figuresOf(views.mock)]
    expect(second).toEqual(first)
    expect(first.map(({ health }) => health.status)).toEqual(['known', 'known', 'no-debt', 'no-debt'])
    expect(first[1]?.details).toMatchObject({ eMode: 'ETH correlated', eModeId: 1, isolated: false })
    // A day of interest is in them.
    expect(first[0]?.debt[0]?.amount).toBeGreaterThan(8_000n * USD + 1n)
  })

  test('behavior: its reserves have the same parameters', () => {
    const parameters = (view: MarginView) =>
      view.markets[0]?.reserves.map(({ asset, price, liquidationThreshold, loanToValue, liquidationBonus }) => ({
        symbol: asset.symbol,
        decimals: asset.decimals,
        ...{ price, liquidationThreshold, loanToValue, liquidationBonus },
      }))
    expect(parameters(views.mock)).toEqual(parameters(views.real))
  })

  test('behavior: it refuses what the real one refuses, in the same words', async () => {
    const most = 2n ** 127n
    type Attempt = readonly [
      owner: Address | undefined,
      name: 'supply' | 'withdraw' | 'borrow' | 'repay',
      Symbol,
      bigint,
    ]
    const attempts: readonly Attempt[] = [
      [mixed, 'withdraw', 'WETH', 0n],
      [mixed, 'withdraw', 'WETH', ETH / 10n],
      [mixed, 'withdraw', 'WETH', 2n * ETH],
      [mixed, 'withdraw', 'WETH', most],
      [mixed, 'withdraw', 'USDC', 1n],
      [mixed, 'borrow', 'USDC', 10_000n * USD],
      [mixed, 'borrow', 'USDC', 0n],
      [mixed, 'repay', 'WETH', 1n],
      [correlated, 'withdraw', 'wstETH', 5n * ETH],
      [correlated, 'withdraw', 'wstETH', ETH / 10n],
      [nobody, 'borrow', 'USDC', 1n * USD],
      [nobody, 'withdraw', 'USDC', 1n],
      [lender, 'withdraw', 'USDC', 1_000n * USD],
      [lender, 'supply', 'USDC', 0n],
    ]
    const calldata = ([owner = '0x', name, symbol, amount]: Attempt, assetOf: (symbol: Symbol) => Address): Hex => {
      const asset = assetOf(symbol)
      const abi = poolAbi
      if (name === 'supply') return encodeFunctionData({ abi, functionName: name, args: [asset, amount, owner, 0] })
      if (name === 'withdraw') return encodeFunctionData({ abi, functionName: name, args: [asset, amount, owner] })
      if (name === 'repay') return encodeFunctionData({ abi, functionName: name, args: [asset, amount, 2n, owner] })
      return encodeFunctionData({ abi, functionName: name, args: [asset, amount, 2n, 0, owner] })
    }
    const words = async (run: () => Promise<unknown>): Promise<string> => {
      try {
        await run()
        return 'done'
      } catch (error) {
        const data = Revert.dataOf(error)
        if (data === undefined) throw error
        return nameIn(data)
      }
    }
    const to = real.addresses.pool
    const said: { readonly real: string; readonly mock: string }[] = []
    for (const attempt of attempts) {
      const [from = '0x'] = attempt
      const onReal = calldata(attempt, (symbol) => real.tokens[symbol].address)
      const onMock = calldata(attempt, (symbol) => aave.addresses.reserves[symbol]?.asset ?? '0x')
      const request = mock.transport({ chain: real.chain }).request
      said.push({
        real: await words(() => real.client.call({ account: from, to, data: onReal, blockNumber: block })),
        mock: await words(() => request({ method: 'eth_call', params: [{ from, to, data: onMock }, 'latest'] })),
      })
    }
    expect(said.map((one) => one.mock)).toEqual(said.map((one) => one.real))
    const expected = [
      ...['26', 'done', '35', '32', '32', '36', '26', '39'],
      ...['35', 'done', '34', '32', 'done', '26'],
    ]
    const byReal = said.map((one) => one.real)
    if (version === '3.0') expect(byReal).toEqual(expected)
    expect(isDone(byReal)).toEqual(isDone(expected))
  })

  test('behavior: it asks for whom, in which mode and in which e-mode, as the real one does', async () => {
    if (mixed === undefined || correlated === undefined || lender === undefined) throw new TypeError('three owners')
    const [abi, to, all] = [poolAbi, real.addresses.pool, 2n ** 256n - 1n]
    type At = (symbol: Symbol) => Address
    const borrow = (owner: Address, mode: bigint) => (at: At) =>
      encodeFunctionData({ abi, functionName: 'borrow', args: [at('USDC'), USD, mode, 0, owner] })
    const repay = (owner: Address, mode: bigint, amount: bigint) => (at: At) =>
      encodeFunctionData({ abi, functionName: 'repay', args: [at('USDC'), amount, mode, owner] })
    const enter = (eMode: number) => () => encodeFunctionData({ abi, functionName: 'setUserEMode', args: [eMode] })
    const attempts: readonly (readonly [what: string, from: Address, (at: At) => Hex, said: string])[] = [
      ['borrow', mixed, borrow(mixed, 2n), 'done'],
      ['borrow at the cost of another', mixed, borrow(lender, 2n), 'Panic'],
      ['borrow in no mode', mixed, borrow(mixed, 0n), '33'],
      ['borrow in a mode that is none', mixed, borrow(mixed, 7n), 'Panic'],
      ['borrow outside of the own e-mode', correlated, borrow(correlated, 2n), '58'],
      ['repay all for another', lender, repay(mixed, 2n, all), '40'],
      ['repay in another mode', mixed, repay(mixed, 1n, USD), '39'],
      ['enter the e-mode of no debt', mixed, enter(1), '58'],
      ['enter an e-mode that is none', lender, enter(9), '58'],
      ['enter an e-mode', lender, enter(1), 'done'],
      ['leave the own e-mode', correlated, enter(0), '35'],
    ]
    const said = { real: new Map<string, string>(), mock: new Map<string, string>() }
    const { request } = mock.transport({ chain: real.chain })
    for (const [what, from, calldata] of attempts) {
      const onReal = real.client.call({
        ...{ account: from, to, blockNumber: block },
        data: calldata((symbol) => real.tokens[symbol].address),
      })
      const data = calldata((symbol) => aave.addresses.reserves[symbol]?.asset ?? '0x')
      const onMock = request({ method: 'eth_call', params: [{ from, to, data }, 'latest'] })
      const both = [onReal, onMock].map((answer) => answer.then(() => 'done', reasonIn))
      const [onOne = '', onOther = ''] = await Promise.all(both)
      said.real.set(what, onOne)
      said.mock.set(what, onOther)
    }
    const expected = attempts.map(([, , , words]) => words)
    if (version === '3.0') expect([...said.real.values()]).toEqual(expected)
    expect(isDone([...said.real.values()])).toEqual(isDone(expected))
    expect(said.mock).toEqual(said.real)
  })

  test('behavior: a frozen and a paused reserve refuse in the same words', async () => {
    if (mixed === undefined) throw new TypeError('an owner')
    const outcomes: string[][] = []
    for (const flags of [{ frozen: true }, { frozen: false, paused: true }]) {
      await devnet.setReserve({ chain: 'arbitrum', symbol: 'WETH', ...flags })
      const options = { isFrozen: flags.frozen, isPaused: flags.paused === true }
      mock.update(aave.in(mock.state).withReserve('WETH', options))
      for (const name of ['supply', 'withdraw'] as const) {
        const data = (asset: Address): Hex =>
          name === 'supply'
            ? encodeFunctionData({ abi: poolAbi, functionName: name, args: [asset, ETH / 10n, mixed, 0] })
            : encodeFunctionData({ abi: poolAbi, functionName: name, args: [asset, ETH / 10n, mixed] })
        const call = { from: mixed, to: real.addresses.pool }
        const reasons = await Promise.all([
          real.client
            .call({ account: mixed, to: call.to, data: data(real.tokens.WETH.address) })
            .then(() => 'done', reasonIn),
          mock
            .transport({ chain: real.chain })
            .request({
              method: 'eth_call',
              params: [{ ...call, data: data(aave.addresses.reserves.WETH?.asset ?? '0x') }, 'latest'],
            })
            .then(() => 'done', reasonIn),
        ])
        outcomes.push([name, ...reasons])
      }
    }
    const [frozen, paused] = version === '3.0' ? ['28', '29'] : [outcomes[0]?.[1], outcomes[2]?.[1]]
    expect(outcomes).toEqual([
      ['supply', frozen, frozen],
      ['withdraw', 'done', 'done'],
      ['supply', paused, paused],
      ['withdraw', paused, paused],
    ])
    expect(frozen).not.toBe(paused)
  })
})

function reasonIn(error: unknown): string {
  const data = Revert.dataOf(error)
  return data === undefined ? String(error) : nameIn(data)
}

/** The name of an error, or what stands for it: its arguments may be addresses, which differ. */
function nameIn(data: Hex): string {
  const { name } = Revert.decode(data)
  return name === 'unknown' ? data.slice(0, 10) : name
}
