import {
  CHAIN_NAMES,
  type ChainName,
  type DevnetAccount,
  type DevnetChain,
  MORPHO_MARKETS,
  type MorphoMarketName,
  TOKEN_SYMBOLS,
  type TokenAmounts,
  type TokenSymbol,
} from '@unimargin/devnet'
import { encodeFunctionData, erc20Abi, parseAbi, parseUnits } from 'viem'
import type { Random } from '../../differential/Random.ts'
import * as PriceBook from './PriceBook.ts'
import type { Stage } from './Stage.ts'
import { sendCall } from './sendCalls.ts'

/** What was opened, and what its feeds say since. */
export type Account = { readonly owners: readonly DevnetAccount[]; readonly prices: PriceBook.PriceBook }

type Slot = { readonly chain: ChainName; readonly market: 'aave' | MorphoMarketName }

const configuratorAbi = parseAbi(['function setSupplyCap(address asset, uint256 cap)'])
const DECIMALS: Readonly<Record<TokenSymbol, number>> = { WETH: 18, USDC: 6, WBTC: 8, wstETH: 18 }
const slots = CHAIN_NAMES.flatMap((chain): readonly Slot[] => [
  // What our router reaches is more likely.
  { chain, market: 'aave' },
  { chain, market: 'aave' },
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
  await catchUp(stage)
  const owners = random.chance(20) ? stage.owners : stage.owners.slice(0, 1)
  // Ether here, dollars owed there, nothing idle: what the router is for.
  const isPlain = random.chance(25)
  const count = isPlain ? 2 + random.below(2) : 2 + random.below(4)
  const taken = new Set<string>()
  for (let index = 0; taken.size < count && index < 100; index += 1) {
    const owner = owners[taken.size % owners.length]
    const places = isPlain ? slots.filter(({ market }) => market === 'aave') : slots
    const slot = places[random.below(places.length)]
    if (owner === undefined || slot === undefined) continue
    const key = `${owner.address} ${slot.chain} ${slot.market}`
    if (taken.has(key)) continue
    taken.add(key)
    await openPosition(stage, random, owner, { ...slot, isPlain })
  }
  if (!isPlain) {
    for (const owner of owners) for (const chain of CHAIN_NAMES) await fillWallet(stage, random, owner, chain)
  }
  await disturb(stage, random)
  const prices = shocked(random)
  await PriceBook.set(devnet, prices)
  return { owners, prices }
}

/** Going back takes the chains' clocks along: a head of minutes ago is one that stands still, for whoever looks. */
async function catchUp({ devnet }: Stage) {
  const blocks = await Promise.all(devnet.chains.map(({ client }) => client.getBlock()))
  const newest = Math.max(...blocks.map(({ timestamp }) => Number(timestamp)))
  await devnet.increaseTime(Math.max(1, Math.floor(Date.now() / 1_000) - newest))
}

async function openPosition(
  { devnet }: Stage,
  random: Random,
  account: DevnetAccount,
  { chain, market, isPlain }: Slot & { readonly isPlain: boolean },
) {
  const owner = account.address
  const value = dollars(random, 1_500, 40_000)
  // Of what could be borrowed at the most, in percent.
  const used = random.chance(15) ? 0 : random.chance(35) ? 10 + random.below(50) : 70 + random.below(29)
  if (market === 'aave') {
    const supply: Partial<Record<TokenSymbol, bigint>> = {}
    const symbols = isPlain ? (['WETH'] as const) : some(random, random.pick([1, 1, 2, 3]))
    for (const symbol of symbols) {
      supply[symbol] = tokens(symbol, value / 2 + dollars(random, 0, value / 2))
    }
    const worth = worthOf(supply)
    const borrow: Partial<Record<TokenSymbol, bigint>> = {}
    const owed = used === 0 ? [] : isPlain ? (['USDC'] as const) : borrowed(random)
    for (const symbol of owed) borrow[symbol] = tokens(symbol, (worth * 0.7 * used) / 100 / owed.length)
    await devnet.openAavePosition({ chain, owner, supply, borrow })
    return spend(devnet.chain(chain), account, borrow)
  }
  const { collateral, loan, lltv } = MORPHO_MARKETS[market]
  const borrow = tokens(loan, (value * Number(lltv) * used) / 100 / 1e18)
  await devnet.openMorphoPosition({ chain, market, owner, collateral: tokens(collateral, value), borrow })
  return spend(devnet.chain(chain), account, { [loan]: borrow })
}

/** Nobody borrows to keep it in a wallet. */
async function spend(chain: DevnetChain, account: DevnetAccount, amounts: TokenAmounts) {
  for (const symbol of TOKEN_SYMBOLS) {
    const amount = amounts[symbol] ?? 0n
    if (amount === 0n) continue
    const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [chain.admin, amount] })
    await sendCall(chain, account, { to: chain.tokens[symbol].address, data, value: 0n })
  }
}

async function fillWallet({ devnet }: Stage, random: Random, { address }: DevnetAccount, chain: ChainName) {
  if (!random.chance(30)) return
  const symbol = random.pick<TokenSymbol>(['USDC', 'USDC', 'WETH', 'WETH', 'WBTC', 'wstETH'])
  await devnet.mint(symbol, address, tokens(symbol, dollars(random, 100, 6_000)), chain)
}

/** Somebody borrows nearly all of a token, a cap is nearly reached, a reserve is frozen. */
async function disturb({ devnet, stranger }: Stage, random: Random) {
  const chain = random.pick(CHAIN_NAMES)
  const symbol = random.pick<'USDC' | 'WETH'>(['USDC', 'WETH'])
  const { client, admin, addresses, tokens: all } = devnet.chain(chain)
  const { address, aToken } = all[symbol]
  if (random.chance(25)) {
    const free = await client.readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [aToken] })
    const left = tokens(symbol, dollars(random, 200, 5_000))
    await devnet.borrow({ chain, owner: stranger.address, symbol, amount: free - left })
  }
  if (random.chance(25)) {
    const supplied = await client.readContract({ address: aToken, abi: erc20Abi, functionName: 'totalSupply' })
    const room = symbol === 'USDC' ? BigInt(200 + random.below(3_000)) : BigInt(1 + random.below(2))
    const cap = supplied / 10n ** BigInt(DECIMALS[symbol]) + room
    await client.writeContract({
      account: admin,
      address: addresses.poolConfigurator,
      abi: configuratorAbi,
      functionName: 'setSupplyCap',
      args: [address, cap],
      gas: 1_000_000n,
    })
  }
  if (random.chance(8)) await devnet.setReserve({ chain, symbol, frozen: true })
}

/** Prices with so few decimals that a scenario's factor gives one that a feed can say. */
function shocked(random: Random): PriceBook.PriceBook {
  const ether = 0.72 + random.below(36) / 100
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
  const likely = ['WETH', 'WETH', 'WETH', 'USDC', 'USDC', 'WBTC', 'wstETH'] as const
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
  return parseUnits(
    (worth / PriceBook.FIRST[symbol]).toFixed(DECIMALS[symbol] > 8 ? 12 : DECIMALS[symbol]),
    DECIMALS[symbol],
  )
}

function worthOf(amounts: TokenAmounts): number {
  return TOKEN_SYMBOLS.reduce(
    (sum, symbol) => sum + (Number(amounts[symbol] ?? 0n) / 10 ** DECIMALS[symbol]) * PriceBook.FIRST[symbol],
    0,
  )
}
