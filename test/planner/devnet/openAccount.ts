import {
  CHAIN_NAMES,
  type ChainName,
  type DevnetAccount,
  MORPHO_MARKETS,
  type MorphoMarketName,
  TOKEN_SYMBOLS,
  type TokenAmounts,
  type TokenSymbol,
} from '@unimargin/devnet'
import { parseUnits } from 'viem'
import type { Random } from '../../differential/Random.ts'
import * as PriceBook from './PriceBook.ts'
import type { Stage } from './Stage.ts'

/** What was opened, and what its feeds say since. */
export type Account = { readonly owners: readonly DevnetAccount[]; readonly prices: PriceBook.PriceBook }

type Slot = { readonly chain: ChainName; readonly market: 'aave' | MorphoMarketName }

const DECIMALS: Readonly<Record<TokenSymbol, number>> = { WETH: 18, USDC: 6, WBTC: 8, wstETH: 18 }
const slots = CHAIN_NAMES.flatMap((chain): readonly Slot[] => [
  // What our router reaches is more likely.
  { chain, market: 'aave' },
  { chain, market: 'aave' },
  { chain, market: 'WETH/USDC' },
  { chain, market: 'WBTC/USDC' },
  { chain, market: 'wstETH/WETH' },
])

/** Opens two to five positions of one or two owners, fills some wallets, and lets prices and markets become what they may. */
export async function openAccount(stage: Stage, random: Random): Promise<Account> {
  const { devnet } = stage
  await devnet.revert(stage.clean)
  const owners = random.chance(20) ? stage.owners : stage.owners.slice(0, 1)
  const count = 2 + random.below(4)
  const taken = new Set<string>()
  for (let index = 0; taken.size < count && index < 100; index += 1) {
    const owner = owners[taken.size % owners.length]
    const slot = slots[random.below(slots.length)]
    if (owner === undefined || slot === undefined) continue
    const key = `${owner.address} ${slot.chain} ${slot.market}`
    if (taken.has(key)) continue
    taken.add(key)
    await openPosition(stage, random, owner, slot)
  }
  for (const owner of owners) for (const chain of CHAIN_NAMES) await fillWallet(stage, random, owner, chain)
  await disturb(stage, random)
  const prices = shocked(random)
  await PriceBook.set(devnet, prices)
  return { owners, prices }
}

async function openPosition({ devnet }: Stage, random: Random, { address: owner }: DevnetAccount, slot: Slot) {
  const { chain, market } = slot
  const value = dollars(random, 1_500, 40_000)
  // Of what could be borrowed at the most, in percent; every eighth owes nothing.
  const used = random.chance(12) ? 0 : 55 + random.below(44)
  if (market === 'aave') {
    const supply: Partial<Record<TokenSymbol, bigint>> = {}
    for (const symbol of some(random, random.pick([1, 1, 2, 3]))) {
      supply[symbol] = tokens(symbol, value / 2 + dollars(random, 0, value / 2))
    }
    const worth = worthOf(supply)
    const borrow: Partial<Record<TokenSymbol, bigint>> = {}
    const owed = used === 0 ? [] : borrowed(random)
    for (const symbol of owed) borrow[symbol] = tokens(symbol, (worth * 0.7 * used) / 100 / owed.length)
    return devnet.openAavePosition({ chain, owner, supply, borrow })
  }
  const { collateral, loan, lltv } = MORPHO_MARKETS[market]
  const borrow = tokens(loan, (value * Number(lltv) * used) / 100 / 1e18)
  return devnet.openMorphoPosition({ chain, market, owner, collateral: tokens(collateral, value), borrow })
}

async function fillWallet({ devnet }: Stage, random: Random, { address }: DevnetAccount, chain: ChainName) {
  if (!random.chance(30)) return
  const symbol = random.pick(['USDC', 'USDC', 'WETH', 'WETH', 'WBTC', 'wstETH'])
  await devnet.mint(symbol, address, tokens(symbol, dollars(random, 100, 6_000)), chain)
}

/** Somebody borrows nearly all of a token, a cap is nearly reached, a reserve is frozen. */
async function disturb({ devnet, stranger }: Stage, random: Random) {
  const chain = random.pick(CHAIN_NAMES)
  const symbol = random.pick(['USDC', 'WETH'])
  const { client, admin, addresses, tokens: all } = devnet.chain(chain)
  const { address, aToken } = all[symbol]
  if (random.chance(15)) {
    const abi = [
      {
        type: 'function',
        name: 'balanceOf',
        stateMutability: 'view',
        inputs: [{ name: 'account', type: 'address' }],
        outputs: [{ name: '', type: 'uint256' }],
      },
    ] as const
    const free = await client.readContract({ address, abi, functionName: 'balanceOf', args: [aToken] })
    const left = tokens(symbol, dollars(random, 200, 5_000))
    await devnet.borrow({ chain, owner: stranger.address, symbol, amount: free - left })
  }
  if (random.chance(15)) {
    const abi = [
      {
        type: 'function',
        name: 'setSupplyCap',
        stateMutability: 'nonpayable',
        inputs: [
          { name: 'asset', type: 'address' },
          { name: 'cap', type: 'uint256' },
        ],
        outputs: [],
      },
      {
        type: 'function',
        name: 'totalSupply',
        stateMutability: 'view',
        inputs: [],
        outputs: [{ name: '', type: 'uint256' }],
      },
    ] as const
    const supplied = await client.readContract({ address: aToken, abi, functionName: 'totalSupply' })
    const room = symbol === 'USDC' ? BigInt(200 + random.below(3_000)) : BigInt(1 + random.below(2))
    const cap = supplied / 10n ** BigInt(DECIMALS[symbol]) + room
    await client.writeContract({
      account: admin,
      address: addresses.poolConfigurator,
      abi,
      functionName: 'setSupplyCap',
      args: [address, cap],
      gas: 1_000_000n,
    })
  }
  if (random.chance(8)) await devnet.setReserve({ chain, symbol, frozen: true })
}

/** Prices with so few decimals that a scenario's factor gives one that a feed can say. */
function shocked(random: Random): PriceBook.PriceBook {
  const ether = 0.78 + random.below(40) / 100
  const of = (symbol: TokenSymbol, factor: number, decimals: number) =>
    parseUnits((PriceBook.FIRST[symbol] * factor).toFixed(decimals), PriceBook.DECIMALS)
  const everywhere = {
    WETH: of('WETH', ether, 2),
    wstETH: of('wstETH', ether * random.pick([1, 1, 1.01, 0.985]), 2),
    WBTC: of('WBTC', 0.8 + random.below(35) / 100, 1),
    USDC: of('USDC', random.pick([1, 1, 1, 0.997, 1.002]), 4),
  }
  // Oracles of chains do not always agree.
  return Object.fromEntries(
    CHAIN_NAMES.map((chain) => [
      chain,
      random.chance(85) ? everywhere : { ...everywhere, WETH: of('WETH', ether * 0.99, 2) },
    ]),
  )
}

function some(random: Random, count: number): readonly TokenSymbol[] {
  const likely = ['WETH', 'WETH', 'USDC', 'WBTC', 'wstETH'] as const
  const chosen = new Set<TokenSymbol>()
  while (chosen.size < count) chosen.add(random.pick(likely))
  return [...chosen]
}

function borrowed(random: Random): readonly TokenSymbol[] {
  return random.pick<readonly TokenSymbol[]>([['USDC'], ['USDC'], ['USDC'], ['WETH'], ['USDC', 'WETH'], ['wstETH']])
}

function dollars(random: Random, least: number, most: number): number {
  return least + random.below(Math.max(1, Math.round(most - least)))
}

/** For so many dollars, at the first price. */
function tokens(symbol: TokenSymbol, worth: number): bigint {
  return parseUnits((worth / PriceBook.FIRST[symbol]).toFixed(DECIMALS[symbol] > 8 ? 12 : DECIMALS[symbol]), DECIMALS[symbol])
}

function worthOf(amounts: TokenAmounts): number {
  return TOKEN_SYMBOLS.reduce(
    (sum, symbol) => sum + (Number(amounts[symbol] ?? 0n) / 10 ** DECIMALS[symbol]) * PriceBook.FIRST[symbol],
    0,
  )
}
