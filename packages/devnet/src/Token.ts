import type { Address } from 'viem'

/** The tokens of the devnet. WETH and USDC cross chains. */
export const TOKEN_SYMBOLS = ['WETH', 'USDC', 'WBTC', 'wstETH'] as const

export type TokenSymbol = (typeof TOKEN_SYMBOLS)[number]

/** What a token is like on every chain, and how Aave treats it. Ratios in basis points. */
export type TokenSpec = {
  readonly symbol: TokenSymbol
  readonly name: string
  readonly decimals: number
  /** First price in US dollars. */
  readonly price: string
  readonly loanToValue: bigint
  readonly liquidationThreshold: bigint
  readonly liquidationBonus: bigint
  readonly reserveFactor: bigint
  /** In whole tokens. */
  readonly supplyCap: bigint
  readonly borrowCap: bigint
  /** Whole tokens that the devnet itself supplies, so that there is something to borrow. */
  readonly liquidity: bigint
  readonly ethCorrelated: boolean
  readonly stableBorrowing: boolean
}

export const TOKEN_SPECS: Readonly<Record<TokenSymbol, TokenSpec>> = {
  WETH: {
    symbol: 'WETH',
    name: 'Wrapped Ether',
    decimals: 18,
    price: '2500',
    loanToValue: 8_000n,
    liquidationThreshold: 8_250n,
    liquidationBonus: 10_500n,
    reserveFactor: 1_500n,
    supplyCap: 1_000_000n,
    borrowCap: 800_000n,
    liquidity: 10_000n,
    ethCorrelated: true,
    stableBorrowing: false,
  },
  USDC: {
    symbol: 'USDC',
    name: 'USD Coin',
    decimals: 6,
    price: '1',
    loanToValue: 7_700n,
    liquidationThreshold: 8_000n,
    liquidationBonus: 10_500n,
    reserveFactor: 1_000n,
    supplyCap: 2_000_000_000n,
    borrowCap: 1_500_000_000n,
    liquidity: 50_000_000n,
    ethCorrelated: false,
    stableBorrowing: true,
  },
  WBTC: {
    symbol: 'WBTC',
    name: 'Wrapped BTC',
    decimals: 8,
    price: '65000',
    loanToValue: 7_000n,
    liquidationThreshold: 7_500n,
    liquidationBonus: 10_650n,
    reserveFactor: 2_000n,
    supplyCap: 50_000n,
    borrowCap: 20_000n,
    liquidity: 500n,
    ethCorrelated: false,
    stableBorrowing: false,
  },
  wstETH: {
    symbol: 'wstETH',
    name: 'Wrapped liquid staked Ether 2.0',
    decimals: 18,
    price: '2950',
    loanToValue: 7_100n,
    liquidationThreshold: 7_900n,
    liquidationBonus: 10_720n,
    reserveFactor: 1_500n,
    supplyCap: 500_000n,
    borrowCap: 100_000n,
    liquidity: 2_000n,
    ethCorrelated: true,
    stableBorrowing: false,
  },
}

/** A token on one chain of the devnet. */
export type DevnetToken = {
  readonly symbol: TokenSymbol
  readonly decimals: number
  readonly address: Address
  /** The OFT that carries it: itself, or the adapter that locks it. Absent where it does not cross chains. */
  readonly oft?: Address | undefined
  /** The price feed that Aave's and Morpho's oracles ask; 8 decimals. */
  readonly feed: Address
  readonly aToken: Address
  /** Aave has had none since 3.2. */
  readonly stableDebtToken?: Address | undefined
  readonly variableDebtToken: Address
}
