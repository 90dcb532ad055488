import type { Address, Hex, RoutedCollateral } from '@unimargin/sdk'

/**
 * On the devnet the router settled a supply to who has collateral already with 115,000 gas; 155,000 were the most of a
 * repayment. A first supply writes one slot more, and the rest is margin for tokens behind proxies and for interest rate
 * models that keep something.
 */
const SUPPLY_GAS = 450_000n

/**
 * What the router needs to know to take collateral out of a market of Morpho Blue and to put it in. What is lent there is no
 * collateral, and stays.
 */
export function routed(morpho: Address, marketId: Hex): RoutedCollateral {
  return {
    place: { market: morpho, marketId },
    pullAuthorization: () => ({ kind: 'morpho-authorization', contract: morpho }),
    // The loan token's reserve, which can be supplied as well, is none that liquidations look at.
    canPull: ({ liquidationThreshold }) => liquidationThreshold > 0n,
    supplyGas: SUPPLY_GAS,
  }
}
