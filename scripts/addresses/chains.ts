// The chains of the address book, and what each source calls them. A source that does not know a chain has no name for it.

/** Names of one chain in the sources. */
export type ChainNames = {
  /** In viem, and in our own exports. */
  readonly key: string
  readonly chainId: number
  /** For people. */
  readonly name: string
  /** Module of the Aave address book. */
  readonly aave?: string
  /** Symbol, in the Aave address book, of the token whose price is the native coin's, where Morpho's list has none. */
  readonly wrappedNative?: string
  /** The native coin is an ERC-20 as well, which Aave lists: it must not be counted twice. */
  readonly isNativeListed?: true
  /** Folder of LayerZero's deployments. */
  readonly layerZero: string
  /** Files of Venus's deployments. */
  readonly venus?: string
  /** Folder of Moonwell's environments. */
  readonly moonwell?: string
}

export const chains: readonly ChainNames[] = [
  {
    key: 'arbitrum',
    chainId: 42161,
    name: 'Arbitrum',
    aave: 'AaveV3Arbitrum',
    layerZero: 'arbitrum',
    venus: 'arbitrumone',
  },
  {
    key: 'optimism',
    chainId: 10,
    name: 'Optimism',
    aave: 'AaveV3Optimism',
    layerZero: 'optimism',
    venus: 'opmainnet',
    moonwell: 'optimism',
  },
  {
    key: 'base',
    chainId: 8453,
    name: 'Base',
    aave: 'AaveV3Base',
    layerZero: 'base',
    venus: 'basemainnet',
    moonwell: 'base',
  },
  { key: 'scroll', chainId: 534352, name: 'Scroll', aave: 'AaveV3Scroll', layerZero: 'scroll' },
  { key: 'linea', chainId: 59144, name: 'Linea', aave: 'AaveV3Linea', layerZero: 'zkconsensys' },
  {
    key: 'zksync',
    chainId: 324,
    name: 'zkSync',
    aave: 'AaveV3ZkSync',
    wrappedNative: 'WETH',
    layerZero: 'zksync',
    venus: 'zksyncmainnet',
  },
  { key: 'polygon', chainId: 137, name: 'Polygon', aave: 'AaveV3Polygon', layerZero: 'polygon' },
  { key: 'mantle', chainId: 5000, name: 'Mantle', aave: 'AaveV3Mantle', wrappedNative: 'WMNT', layerZero: 'mantle' },
  { key: 'unichain', chainId: 130, name: 'Unichain', layerZero: 'unichain', venus: 'unichainmainnet' },
  { key: 'ink', chainId: 57073, name: 'Ink', aave: 'AaveV3InkWhitelabel', layerZero: 'ink' },
  { key: 'soneium', chainId: 1868, name: 'Soneium', aave: 'AaveV3Soneium', layerZero: 'soneium' },
  {
    key: 'metis',
    chainId: 1088,
    name: 'Metis',
    aave: 'AaveV3Metis',
    wrappedNative: 'Metis',
    isNativeListed: true,
    layerZero: 'metis',
  },
]
