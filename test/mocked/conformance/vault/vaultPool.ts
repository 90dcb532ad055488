// vaultPool.ts
import {
  BaseError,
  type LiquidationRule,
  type MarketState,
  MulDiv,
  type PositionFacts,
  type Quantity,
  type Reserve,
  Wad,
} from '@unimargin/sdk'
import { parseAbi } from 'viem'

/** A pool that lends a vault's asset against the vault's shares, in base units. */
export const poolAbi = parseAbi([
  'function vault() view returns (address)',
  'function loanToValue() view returns (uint256)',
  'function sharesOf(address owner) view returns (uint256)',
  'function debtOf(address owner) view returns (uint256)',
  'function healthOf(address owner) view returns (uint256)',
  'function deposit(uint256 shares, address owner)',
  'function withdraw(uint256 shares)',
  'function borrow(uint256 assets)',
  'function repay(uint256 assets, address owner)',
])

/** The pool's own arithmetic: shares are worth what the vault would pay, rounded down; debts are rounded up. */
export const vaultRule: LiquidationRule = {
  key: 'vault-loans/1',
  valueOf: ({ amount, price, decimals, side }) =>
    (side === 'debt' ? MulDiv.up : MulDiv.down)(amount, price, 10n ** BigInt(decimals)),
  assess: ({ collateral, debt }) => {
    let collateralValue = 0n
    let weightedCollateral = 0n
    for (const { amount, price, asset, liquidationThreshold } of collateral) {
      const value = vaultRule.valueOf({ amount, price, decimals: asset.decimals })
      collateralValue += value
      weightedCollateral += Wad.mulDown(value, liquidationThreshold)
    }
    let debtValue = 0n
    for (const { amount, price, asset } of debt) {
      debtValue += vaultRule.valueOf({ amount, price, decimals: asset.decimals, side: 'debt' })
    }
    return {
      collateralValue,
      debtValue,
      weightedCollateral,
      weightedDebt: debtValue,
      health:
        debtValue === 0n
          ? { status: 'no-debt' }
          : { status: 'known', factor: Wad.divDown(weightedCollateral, debtValue) },
    }
  },
}

/** A position with these amounts. Nothing is no leg, and unknown is not nothing. */
export function withAmounts(
  facts: PositionFacts,
  [shares, asset]: MarketState['reserves'],
  { supplied, debt }: { readonly supplied: Quantity; readonly debt: Quantity },
): PositionFacts {
  const legOf = ({ asset, price }: Reserve, amount: Quantity, side: 'collateral' | 'debt') => {
    const value =
      typeof amount !== 'bigint'
        ? amount
        : typeof price !== 'bigint'
          ? price
          : vaultRule.valueOf({ amount, price, decimals: asset.decimals, side })
    return { asset, amount, price, value }
  }
  const terms = (reserve: Reserve) => ({
    isCollateral: true,
    liquidationThreshold: reserve.liquidationThreshold,
    loanToValue: reserve.loanToValue,
  })
  return {
    ...facts,
    collateral:
      shares === undefined || supplied === 0n ? [] : [{ ...legOf(shares, supplied, 'collateral'), ...terms(shares) }],
    debt: asset === undefined || debt === 0n ? [] : [{ ...legOf(asset, debt, 'debt'), liabilityWeight: Wad.WAD }],
  }
}

/** The pool knows two tokens, and this is neither. */
export class NoSuchTokenError extends BaseError {
  override readonly name = 'NoSuchTokenError'
  constructor(asset: string) {
    super('The pool does not do that with this token.', {
      facts: { Token: asset },
      action: "Supply and withdraw the vault's shares; borrow and repay the vault's asset.",
    })
  }
}
