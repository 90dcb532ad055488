import { MULTICALL3_ADDRESS } from './artifacts/multicall3Creation.ts'
import { createClient, localChain } from './chain/createClient.ts'
import type { DevnetChain } from './Devnet.ts'
import type { DeployedChain } from './deploy/deployChains.ts'
import { type DevnetToken, TOKEN_SPECS, type TokenSymbol } from './Token.ts'

/** A deployed chain as the devnet's users see it. */
export function toDevnetChain(deployed: DeployedChain): DevnetChain {
  const { spec, node, admin, layerZero, aave, morpho, tokens, feeds, sequencerFeed, router } = deployed
  const { name, chainId, eid } = spec
  const chain = localChain(spec, node.rpcUrl)
  const tokenOf = (symbol: TokenSymbol): DevnetToken => {
    const { token, oft } = tokens[symbol]
    const { decimals } = TOKEN_SPECS[symbol]
    const feed = feeds[symbol].address
    return { symbol, decimals, address: token.address, oft: oft?.address, feed, ...aave.reserves[symbol] }
  }
  const [first, second] = layerZero.dvns
  return {
    name,
    chainId,
    eid,
    rpcUrl: node.rpcUrl,
    chain,
    client: createClient(chain),
    admin,
    endpoint: layerZero.endpoint.address,
    addresses: {
      multicall3: MULTICALL3_ADDRESS,
      router: router.router,
      create3Factory: router.factory,
      pool: aave.pool.address,
      addressesProvider: aave.addressesProvider.address,
      poolConfigurator: aave.poolConfigurator.address,
      aclManager: aave.aclManager.address,
      oracle: aave.oracle.address,
      sequencerFeed: sequencerFeed.address,
      dataProvider: aave.dataProvider.address,
      priceOracleSentinel: aave.sentinel.address,
      morpho: morpho.morpho.address,
      morphoIrm: morpho.irm.address,
      sendLibrary: layerZero.sendLibrary.address,
      receiveLibrary: layerZero.receiveLibrary.address,
      executor: layerZero.executor.address,
      dvns: [first.contract.address, second.contract.address],
    },
    aaveVersion: aave.version,
    morphoMarkets: morpho.markets,
    tokens: { WETH: tokenOf('WETH'), USDC: tokenOf('USDC'), WBTC: tokenOf('WBTC'), wstETH: tokenOf('wstETH') },
  }
}
