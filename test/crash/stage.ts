import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import type { DevnetAccount } from '@unimargin/devnet'
import { serialize } from '@unimargin/sdk'
import type { Address } from 'viem'
import { bootTwoChains, type TwoChains } from '../devnet/twoChains.fixture.ts'
import type { Way, World } from './Program.ts'
import { serveWallets } from './serveWallets.ts'

const ETH = 10n ** 18n
/** Of every move: small, so that an owner has enough for all of them. */
export const AMOUNT = ETH / 10_000n
/** Programs at the same time: both cores, and no more. */
const OWNERS = 2

/** Chains with owners, and what programs are told of them. */
export type Stage = TwoChains & {
  readonly owners: readonly DevnetAccount[]
  /** The two positions that a move is between, by the beginning of their ids. */
  readonly endsOf: (way: Way) => { readonly donor: string; readonly receiver: string }
  /** The file of an owner's quote. */
  readonly quoteOf: (owner: Address, way: Way) => string
  readonly world: string
  readonly close: () => Promise<void>
}

/** Boots real endpoints, OFTs, Aave pools, Morpho and routers on two local chains. @param home Where its files go. */
export async function openStage(home: string): Promise<Stage> {
  const booted = await bootTwoChains((devnet) => [morphoBlue(devnet.morphoMarketOf('arbitrum', 'WETH/USDC'))])
  const { devnet, client, arbitrum, base } = booted
  const owners = devnet.accounts.slice(0, OWNERS)
  const wallets = await serveWallets([arbitrum, base], owners)
  const close = async () => {
    wallets.close()
    await devnet.close()
  }
  const keyOf = ({ chainId }: { readonly chainId: number }, protocol: string) => {
    const adapter = [...client.adapters].find(
      ({ market }) => market.chainId === chainId && market.protocol === protocol,
    )
    if (adapter === undefined) throw new TypeError(`no market of ${protocol} on ${chainId}`)
    return adapter.market.key
  }
  const endsOf = (way: Way) => ({
    donor: keyOf(arbitrum, way === 'morpho' ? 'morpho-blue' : 'aave-v3'),
    receiver: keyOf(base, 'aave-v3'),
  })
  const quoteOf = (owner: Address, way: Way) => join(home, `${owner}-${way === 'morpho' ? 'morpho' : 'aave'}`)
  const quote = async (owner: Address, way: Way): Promise<void> => {
    const view = await client.getMarginView({ owner })
    const idIn = (key: string) => {
      const found = view.positions.find(({ market }) => market.key === key)
      if (found === undefined) throw new TypeError(`no position in ${key}`)
      return found.id
    }
    const ends = endsOf(way)
    const [donor, receiver] = [idIn(ends.donor), idIn(ends.receiver)]
    const acceptFlags = ['single-source'] as const
    const amounts = { asset: 'WETH', amount: AMOUNT, donorFloor: ETH }
    const plan = client.planMove({ view, donor, receiver, ...amounts, acceptFlags })
    if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${serialize(plan)}`)
    const times = { validFor: 1_000_000n, expiresIn: 1_000_000n }
    writeFileSync(quoteOf(owner, way), serialize(await client.getMoveQuote({ plan, owner, ...times })))
  }
  try {
    for (const { address: owner } of owners) {
      for (const chain of ['arbitrum', 'base'] as const) {
        await devnet.openAavePosition({ chain, owner, supply: { WETH: ETH } })
      }
      await devnet.openMorphoPosition({ chain: 'arbitrum', market: 'WETH/USDC', owner, collateral: ETH })
      await quote(owner, 'permit')
      await quote(owner, 'morpho')
    }
  } catch (error) {
    await close()
    throw error
  }
  const world = join(home, 'world')
  const { morpho, marketId, dollarOracle } = devnet.morphoMarketOf('arbitrum', 'WETH/USDC')
  const told: World = {
    chains: devnet.chains.map(({ chainId, name, rpcUrl, addresses }) => ({
      id: chainId,
      name,
      rpcUrl,
      multicall3: addresses.multicall3,
      walletUrl: wallets.urlOf(chainId),
    })),
    markets: [devnet.marketOf('arbitrum'), devnet.marketOf('base')],
    morpho: { chainId: arbitrum.chainId, morpho, marketId, dollarOracle },
    routers: devnet.routers,
    routes: devnet.routes,
  }
  writeFileSync(world, serialize(told))
  return { ...booted, owners, endsOf, quoteOf, world, close }
}
