/** The chains that the devnet can play, by short name. */
export const CHAIN_NAMES = ['arbitrum', 'base', 'optimism'] as const

export type ChainName = (typeof CHAIN_NAMES)[number]

/** What distinguishes a chain: real ids, so that code under test needs no special case. */
export type ChainSpec = {
  readonly name: ChainName
  /** For people. */
  readonly title: string
  readonly chainId: number
  /** LayerZero endpoint id. */
  readonly eid: number
  /** Whether the chain counts its blocks by ArbSys at 0x64. */
  readonly hasArbSys: boolean
  /** How LayerZero's price feed models fees: 1 is the Arbitrum stack, 2 the OP stack. */
  readonly feeModel: 1 | 2
  /** What carries WETH across chains: the token itself, or an adapter that locks a plain token. */
  readonly wethOft: 'token' | 'adapter'
}

/** The chains with their real chain ids and LayerZero endpoint ids. */
export const CHAIN_SPECS: Readonly<Record<ChainName, ChainSpec>> = {
  arbitrum: {
    name: 'arbitrum',
    title: 'Arbitrum One',
    chainId: 42161,
    eid: 30110,
    hasArbSys: true,
    feeModel: 1,
    wethOft: 'adapter',
  },
  base: {
    name: 'base',
    title: 'Base',
    chainId: 8453,
    eid: 30184,
    hasArbSys: false,
    feeModel: 2,
    wethOft: 'token',
  },
  optimism: {
    name: 'optimism',
    title: 'OP Mainnet',
    chainId: 10,
    eid: 30111,
    hasArbSys: false,
    feeModel: 2,
    wethOft: 'token',
  },
}

export function isChainName(value: unknown): value is ChainName {
  return CHAIN_NAMES.some((name) => name === value)
}
