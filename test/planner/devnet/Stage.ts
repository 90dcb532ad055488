import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import { wallet } from '@unimargin/adapters/wallet'
import {
  type Devnet,
  type DevnetAccount,
  type DevnetChain,
  type DevnetSnapshot,
  MORPHO_MARKET_NAMES,
  TOKEN_SYMBOLS,
} from '@unimargin/devnet'
import { createMarginClient, type MarginClient } from '@unimargin/sdk'
import { http } from 'viem'

/** Three chains on which interest runs, and a state of them to which every account goes back. */
export type Stage = {
  readonly devnet: Devnet
  readonly clean: DevnetSnapshot
  /** Two people with keys. */
  readonly owners: readonly [DevnetAccount, DevnetAccount]
  /** Borrows and lends what others leave. */
  readonly stranger: DevnetAccount
  readonly chainOf: (chainId: number) => DevnetChain
  /** A client that has seen nothing yet: after going back, a chain's head is an older one. */
  readonly connect: () => MarginClient
}

const MILLION = 10n ** 12n

/** Lets a stranger borrow most of what can be borrowed, so that debts grow by some percent a year. */
export async function setStage(devnet: Devnet): Promise<Stage> {
  const [first, second, stranger] = devnet.accounts
  if (first === undefined || second === undefined || stranger === undefined) throw new TypeError('too few accounts')
  await Promise.all(
    devnet.chains.map(async ({ name: chain }, index) => {
      await devnet.openAavePosition({
        chain,
        owner: stranger.address,
        supply: { WBTC: 20_000n * 10n ** 8n },
        borrow: { USDC: (41n + BigInt(index)) * MILLION, WETH: 8_300n * 10n ** 18n, wstETH: 1_200n * 10n ** 18n },
      })
      await devnet.openMorphoPosition({
        chain,
        market: 'WETH/USDC',
        owner: stranger.address,
        collateral: 20_000n * 10n ** 18n,
        borrow: (8n + 3n * BigInt(index)) * MILLION,
      })
      await devnet.openMorphoPosition({
        chain,
        market: 'WBTC/USDC',
        owner: stranger.address,
        collateral: 2_000n * 10n ** 8n,
        borrow: 5n * MILLION,
      })
      await devnet.openMorphoPosition({
        chain,
        market: 'wstETH/WETH',
        owner: stranger.address,
        collateral: 8_000n * 10n ** 18n,
        borrow: 300n * 10n ** 18n,
      })
    }),
  )
  return {
    devnet,
    clean: await devnet.snapshot(),
    owners: [first, second],
    stranger,
    chainOf: (chainId) => {
      const found = devnet.chains.find((chain) => chain.chainId === chainId)
      if (found === undefined) throw new RangeError(`no chain ${chainId}`)
      return found
    },
    connect: () =>
      createMarginClient({
        chains: devnet.chains.map(({ chain }) => chain),
        transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
        adapters: devnet.chains.flatMap(({ name, chainId, addresses, tokens }) => [
          aaveV3({ ...devnet.marketOf(name), lending: aaveV3Lending }),
          ...MORPHO_MARKET_NAMES.map((market) =>
            morphoBlue({ ...devnet.morphoMarketOf(name, market), lending: morphoBlueLending }),
          ),
          wallet({
            chainId,
            assets: TOKEN_SYMBOLS.map((symbol) => tokens[symbol].address),
            native: false,
            dollarOracle: addresses.oracle,
          }),
        ]),
        routers: devnet.routers,
        routes: devnet.routes,
      }),
  }
}
