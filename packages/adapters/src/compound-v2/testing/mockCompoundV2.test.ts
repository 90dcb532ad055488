import { type Address, createMarginClient, type Hex, type ReadPosition } from '@unimargin/sdk'
import { type MockChain, type MockMarket, MockRevert, mockChain, UnknownMockAssetError } from '@unimargin/sdk/testing'
import fc from 'fast-check'
import {
  type Chain,
  createPublicClient,
  decodeErrorResult,
  encodeAbiParameters,
  encodeFunctionData,
  parseAbi,
} from 'viem'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { type MockCompoundV2, type MockCompoundV2Options, mockCompoundV2 } from './mockCompoundV2.ts'

const owner = '0x2222222222222222222222222222222222222222'
const other = '0x3333333333333333333333333333333333333333'
const WAD = 10n ** 18n
const YEAR = 31_536_000n
const reserves = {
  WETH: { price: '3000', liquidationThreshold: '0.8', collateralFactor: '0.75' },
  USDC: {
    price: '1',
    decimals: 6,
    liquidationThreshold: '0.8',
    borrowRate: '0.05',
    slope: '0.1',
    reserveFactor: '0.1',
  },
} as const
const position = { owner, supply: { WETH: '1.5' }, borrow: { USDC: '1200' } } as const

const venusOf = (options: Partial<MockCompoundV2Options> = {}): MockCompoundV2 =>
  mockCompoundV2({ chainId: base.id, reserves, positions: [position], ...options })

async function viewOf(venus: MockCompoundV2, chain: MockChain, of: Address = owner) {
  const client = createMarginClient({
    chains: [chain.chain],
    transports: { [chain.chain.id]: chain.transport },
    adapters: [venus.adapter],
  })
  const view = await client.getMarginView({ owner: of })
  const [found] = view.positions
  if (found?.status !== 'read') throw new TypeError(view.issues.map(({ reason }) => reason).join('; '))
  const [state] = view.markets
  if (state === undefined) throw new TypeError('no market')
  return { position: found satisfies ReadPosition, state, view }
}

const chainWith = (venus: MockMarket, chain: Chain = base): MockChain => mockChain({ chain, markets: [venus] })

function refusedWith(act: () => unknown): string {
  const abi = parseAbi([
    'error InsufficientLiquidity()',
    'error RedeemTransferOutNotPossible()',
    'error Panic(uint256)',
  ])
  try {
    act()
  } catch (error) {
    if (!(error instanceof MockRevert)) throw error
    return decodeErrorResult({ abi, data: error.data as Hex }).errorName
  }
  return 'not refused'
}

const throwing = (): Hex => {
  throw new MockRevert()
}

/** The market with other answers of one of its contracts, by selector. */
function answering(venus: MockCompoundV2, contract: Address, answers: Readonly<Record<string, () => Hex>>) {
  const contracts: MockCompoundV2['contracts'] = (at) => {
    const all = venus.contracts(at)
    const usual = all[contract]
    if (usual === undefined) throw new TypeError('no such contract')
    return { ...all, [contract]: (call, block) => answers[call.data.slice(0, 10)]?.() ?? usual(call, block) }
  }
  return { ...venus, contracts }
}

describe('mockCompoundV2', () => {
  test('default: what it tells a contract is what the adapter reads', async () => {
    const venus = venusOf()
    const { position: read } = await viewOf(venus, chainWith(venus))
    expect(venus.healthOf(owner)).toBe(3n * WAD)
    expect(read.health).toEqual({ status: 'known', factor: 3n * WAD })
    expect(read.collateral.map(({ asset, amount, isCollateral }) => [asset.symbol, amount, isCollateral])).toEqual([
      ['WETH', 15n * 10n ** 17n, true],
    ])
    expect(read.debt.map(({ asset, amount }) => [asset.symbol, amount])).toEqual([['USDC', 1_200_000_000n]])
  })

  test.each(['venus-isolated', 'moonwell', 'compound'] as const)(
    'behavior: counts interest since the last accrual, and is behind: %s',
    async (flavour) => {
      const plain = venusOf({ flavour })
      const chain = chainWith(plain)
      const { number, timestamp } = chain.block
      const accruedAt = flavour === 'compound' ? number - 1_000_000n : timestamp - 1_000_000n
      await chain.update(plain.withReserve('USDC', { accruedAt }))
      const now = flavour === 'compound' ? chain.block.number : chain.block.timestamp
      const slots = now - accruedAt
      const { position: read, state } = await viewOf(plain, chain)
      // 5 % a year, and what the utilisation of 1,200 out of a million adds: simple interest of a million slots.
      const used = (1_200_000_000n * WAD) / 1_000_000_000_000n
      const rate = (used * (WAD / 10n / YEAR)) / WAD + (5n * WAD) / 100n / YEAR
      const index = WAD + rate * slots
      expect(read.debt[0]?.amount).toBe((1_200_000_000n * index) / WAD)
      expect(state.flags?.map(({ kind }) => kind)).toEqual(['protocol-behind'])
      expect(state.reserves[1]?.borrowRate).toBe(rate * YEAR)
      // Right after an accrual it runs by what is lent then, interest included.
      const asset = read.debt[0]?.asset.address ?? owner
      const { borrowRate } = plain.adapter.lending.ratesAfter(state, { action: 'supply', asset, amount: 0n })
      const interest = (rate * slots * 1_200_000_000n) / WAD
      const reserved = interest / 10n
      const held = 1_000_000_000_000n + interest - reserved
      const usedNow = ((1_200_000_000n + interest) * WAD) / held
      expect(borrowRate).toBe(((usedNow * (WAD / 10n / YEAR)) / WAD + (5n * WAD) / 100n / YEAR) * YEAR)
    },
  )

  test('behavior: what counts blocks counts those that contracts see: on Arbitrum the L1’s', async () => {
    const plain = venusOf({ flavour: 'compound', chainId: arbitrum.id })
    const chain = chainWith(plain, arbitrum)
    const client = createPublicClient({ chain: arbitrum, transport: chain.transport })
    const blockNumber = () =>
      client.readContract({
        address: '0xcA11bde05977b3631167028862bE2a173976CA11',
        abi: parseAbi(['function getBlockNumber() view returns (uint256)']),
        functionName: 'getBlockNumber',
      })
    const accruedAt = (await blockNumber()) - 1_000_000n
    expect(accruedAt).not.toBe(chain.block.number - 1_000_000n)
    await chain.update(plain.withReserve('USDC', { accruedAt }))
    const { position: read } = await viewOf(plain, chain)
    const used = (1_200_000_000n * WAD) / 1_000_000_000_000n
    const rate = (used * (WAD / 10n / YEAR)) / WAD + (5n * WAD) / 100n / YEAR
    const owed = (1_200_000_000n * (WAD + rate * ((await blockNumber()) - accruedAt))) / WAD
    expect(read.debt[0]?.amount).toBe(owed)

    // A transaction accrues up to the same number: nothing is left out afterwards, or was accrued ahead of the block.
    const { USDC } = plain.addresses.reserves
    const data = encodeFunctionData({
      abi: parseAbi(['function borrow(uint256 amount)']),
      functionName: 'borrow',
      args: [1n],
    })
    chain.include({ from: owner, to: USDC?.token ?? owner, data, value: 0n })
    const after = await viewOf(plain, chain)
    expect(after.position.debt[0]?.amount).toBe(owed + 1n)
    expect(after.state.flags).toEqual([])
  })

  test('behavior: a position whose verdict interest changes is flagged', async () => {
    const venus = venusOf({ positions: [{ owner, supply: { WETH: '1' }, borrow: { USDC: '2399' } }] })
    const chain = chainWith(venus)
    const { timestamp } = chain.block
    await chain.update(venus.withReserve('USDC', { accruedAt: timestamp - YEAR }))
    const { position: read } = await viewOf(venus, chain)
    expect(read.health.status === 'known' && read.health.factor < WAD).toBe(true)
    expect(read.flags?.map(({ kind }) => kind)).toEqual(['protocol-behind'])
  })

  test('behavior: limits are what it takes, and not one unit more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        fc.bigInt({ min: 1n, max: 2_000_000_000n }),
        fc.constantFrom('venus-isolated' as const, 'moonwell' as const),
        async (supplied, borrowed, flavour) => {
          const positions = [{ owner, supply: { WETH: supplied * 10n ** 10n }, borrow: { USDC: borrowed } }] as const
          const venus = venusOf({ flavour, positions })
          const chain = chainWith(venus)
          const { position: read, state } = await viewOf(venus, chain)
          const { lending } = venus.adapter
          const asset = venus.addresses.reserves.WETH?.asset ?? owner
          const { amount } = lending.limits.withdraw({ state, position: read, asset })
          if (typeof amount !== 'bigint') throw new TypeError('unknown')
          if (amount > 0n) venus.withWithdrawal(owner, asset, amount)
          expect(() => venus.withWithdrawal(owner, asset, amount + 1n)).toThrow(MockRevert)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('behavior: runs the calls that the adapter makes', async () => {
    const venus = venusOf().withTokens(owner, venusOf().addresses.reserves.USDC?.asset ?? owner, 10n ** 9n)
    const chain = chainWith(venus)
    const { position: read, state } = await viewOf(venus, chain)
    const asset = venus.addresses.reserves.USDC?.asset ?? owner
    const { call, authorizations } = venus.adapter.lending.calls.repay({
      state,
      position: read,
      asset,
      owner,
      amount: 7n,
    })
    const at = chain.block
    const sent = (next: MockCompoundV2, to: { to: Address; data: Hex; value: bigint }, from: Address = owner) => {
      const effects = next.execute?.({ ...to, from, hash: '0x', gas: 0n, nonce: 0 }, new Map(), at)
      const [part] = effects?.parts ?? []
      return venus.in(new Map([[venus.key, part ?? venus]]))
    }
    const [allowance] = authorizations
    if (allowance === undefined) throw new TypeError('no authorisation')
    expect(() => sent(venus, call)).toThrow(MockRevert)
    expect(sent(sent(venus, allowance.grant), call).borrowedOf(owner, asset)).toBe(1_199_999_993n)

    const weth = venus.addresses.reserves.WETH?.asset ?? owner
    const exit = venus.adapter.membership.exit({ state, asset: weth })
    expect(refusedWith(() => sent(venus, exit))).toBe('InsufficientLiquidity')
    const left = venus.withPosition({ owner, supply: { WETH: '1' } })
    expect(sent(left, exit).isCollateral(owner, weth)).toBe(false)
    expect(
      sent(sent(left, exit), venus.adapter.membership.enter({ state, asset: weth })).isCollateral(owner, weth),
    ).toBe(true)

    const delegated = venus.adapter.lending.calls.withdraw({
      state,
      position: read,
      asset: weth,
      owner,
      sender: other,
      amount: 10n ** 15n,
    })
    const [operator] = delegated.authorizations
    if (operator === undefined) throw new TypeError('no authorisation')
    expect(() => sent(venus, delegated.call, other)).toThrow(MockRevert)
    expect(sent(sent(venus, operator.grant), delegated.call, other).tokensOf(other, weth)).toBe(10n ** 15n)
  })

  test('behavior: what is not listed backs nothing and weighs nothing', async () => {
    const venus = venusOf().withReserve('WETH', { isListed: false })
    const { position: read, state } = await viewOf(venus, chainWith(venus))
    expect(read.collateral[0]?.isCollateral).toBe(false)
    expect(state.reserves[0]?.supplyBlockedBy).toEqual(['inactive'])
  })

  test('behavior: repaying is stopped by itself, and by nothing that stops lending alone', async () => {
    const blocks = async (venus: ReturnType<typeof venusOf>, ...paused: readonly ('supply' | 'repay')[]) => {
      const shut = venus.withReserve('USDC', { paused })
      const { state } = await viewOf(shut, chainWith(shut))
      const { supplyBlockedBy, repayBlockedBy } = state.reserves.find(({ asset }) => asset.symbol === 'USDC') ?? {}
      return [supplyBlockedBy, repayBlockedBy]
    }
    expect(await blocks(venusOf(), 'supply')).toEqual([['paused'], []])
    expect(await blocks(venusOf(), 'repay')).toEqual([[], ['paused']])
    // Others than Venus cannot stop it, and say nothing of it.
    expect(await blocks(venusOf({ flavour: 'moonwell' }), 'supply')).toEqual([['paused'], []])
  })

  test('behavior: a price of zero is unknown, because the protocol refuses over it', async () => {
    const venus = venusOf().withPrice('WETH', 0n)
    const { position: read } = await viewOf(venus, chainWith(venus))
    expect(typeof read.collateral[0]?.price).toBe('object')
    expect(read.health.status).toBe('unknown')
  })

  test('behavior: the chain’s own coin is supplied as value', async () => {
    const venus = venusOf({ flavour: 'compound', reserves: { ...reserves, ETH: { price: '3000', isCoin: true } } })
    const { position: read, state } = await viewOf(venus, chainWith(venus))
    const asset = '0x0000000000000000000000000000000000000000'
    const { call, authorizations } = venus.adapter.lending.calls.supply({
      state,
      position: read,
      asset,
      owner,
      amount: 5n,
    })
    expect([call.value, authorizations]).toEqual([5n, []])
  })

  test('behavior: a token that does not name its asset is not taken for one of the chain’s own coin', async () => {
    const venus = venusOf({ flavour: 'compound' })
    const { token } = venus.addresses.reserves.USDC ?? { token: other }
    // Compound's own token of ether takes any call for a supply, and answers nothing.
    for (const underlying of [throwing, (): Hex => '0x'] as const) {
      const chain = chainWith(answering(venus, token, { '0x6f307dc3': underlying }))
      await expect(viewOf(venus, chain)).rejects.toThrow('underlying')
    }
  })

  test('behavior: who has entered what the Comptroller no longer lists is not judged without it', async () => {
    const venus = venusOf()
    const entered = encodeAbiParameters([{ type: 'address[]' }], [[other]])
    const chain = chainWith(answering(venus, venus.addresses.comptroller, { '0xabfceffc': () => entered }))
    await expect(viewOf(venus, chain)).rejects.toThrow('is not in the list of markets')
  })

  test('behavior: a healthy position that anybody may liquidate is flagged', async () => {
    const kinds = async (venus: MockCompoundV2) => {
      const { position: read, view } = await viewOf(venus, chainWith(venus))
      expect(read.health.status === 'known' && read.health.factor > 2n * WAD).toBe(true)
      return view.flags.flatMap(({ kind, asset }) => (kind === 'liquidation-forced' ? [asset] : []))
    }
    const { USDC } = venusOf().addresses.reserves
    expect(await kinds(venusOf())).toEqual([])
    expect(await kinds(venusOf().withReserve('WETH', { isLiquidationForced: true }))).toEqual([])
    expect(await kinds(venusOf().withReserve('USDC', { isLiquidationForced: true }))).toEqual([USDC?.asset])
    // Compound's own takes a market for deprecated that lends no more, is no collateral, and reserves all interest.
    const shut = { liquidationThreshold: '0', collateralFactor: '0', reserveFactor: '1', paused: ['borrow'] } as const
    expect(await kinds(venusOf({ flavour: 'compound' }).withReserve('USDC', shut))).toHaveLength(1)
    expect(await kinds(venusOf({ flavour: 'moonwell' }).withReserve('USDC', shut))).toEqual([])
  })

  test('error: UnknownMockAssetError', () => {
    expect(() => venusOf().withPrice('DAI', '1')).toThrow(UnknownMockAssetError)
  })
})
