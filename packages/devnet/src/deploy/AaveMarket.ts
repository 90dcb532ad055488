import type { Address } from 'viem'
import { TOKEN_SPECS, TOKEN_SYMBOLS, type TokenSymbol } from '../Token.ts'
import type { Deployed, Deployment } from './Deployment.ts'
import type { TokenSet } from './deployTokens.ts'

/** The versions of Aave's contracts: 3.0 from `@aave/core-v3`, 3.6 from `@aave-dao/aave-v3-origin`. */
export const AAVE_VERSIONS = ['3.0', '3.6'] as const

export type AaveVersion = (typeof AAVE_VERSIONS)[number]

/** The tokens of one reserve. */
export type AaveReserve = {
  readonly aToken: Address
  /** Aave has had none since 3.2. */
  readonly stableDebtToken?: Address | undefined
  readonly variableDebtToken: Address
}

/** Aave V3 on one chain. */
export type AaveMarket = {
  readonly version: AaveVersion
  readonly addressesProvider: Deployed
  readonly aclManager: Deployed
  readonly pool: Deployed
  readonly poolConfigurator: Deployed
  readonly oracle: Deployed
  readonly dataProvider: Deployed
  /** Asks the sequencer's feed. The pool asks it only if the admin says so. */
  readonly sentinel: Deployed
  readonly reserves: Readonly<Record<TokenSymbol, AaveReserve>>
}

/** The e-mode category for assets that follow the price of ETH. */
export const ETH_CORRELATED = 1
/** Basis points. */
export const ETH_CORRELATED_LTV = 9_000
export const ETH_CORRELATED_THRESHOLD = 9_300
export const ETH_CORRELATED_BONUS = 10_100

/** How Aave numbers the variable rate. */
export const VARIABLE_RATE = 2n

/** How long nobody can borrow after a sequencer is up again, where the sentinel is asked; in seconds, as on the real L2s. */
export const SENTINEL_GRACE_PERIOD = 3_600n

const LIQUIDATION_PROTOCOL_FEE = 1_000n

/** Sets what every version calls alike: collateral, borrowing, factors and caps of each reserve. */
export function configureReserves({ call }: Deployment, poolConfigurator: Deployed, tokens: TokenSet): void {
  for (const symbol of TOKEN_SYMBOLS) {
    const token = TOKEN_SPECS[symbol]
    const asset = tokens[symbol].token.address
    const set = (name: string, ...args: readonly unknown[]): void => call(poolConfigurator, name, [asset, ...args])
    set('configureReserveAsCollateral', token.loanToValue, token.liquidationThreshold, token.liquidationBonus)
    set('setReserveBorrowing', true)
    set('setReserveFactor', token.reserveFactor)
    set('setSupplyCap', token.supplyCap)
    set('setBorrowCap', token.borrowCap)
    set('setLiquidationProtocolFee', LIQUIDATION_PROTOCOL_FEE)
  }
}

/** Supplies something of every token, so that there is something to borrow. */
export function addLiquidity({ from, call }: Deployment, pool: Deployed, tokens: TokenSet): void {
  for (const symbol of TOKEN_SYMBOLS) {
    const { token } = tokens[symbol]
    const { liquidity, decimals } = TOKEN_SPECS[symbol]
    const amount = liquidity * 10n ** BigInt(decimals)
    call(token, 'mint', [from, amount])
    call(token, 'approve', [pool.address, amount])
    call(pool, 'supply', [token.address, amount, from, 0])
  }
}
