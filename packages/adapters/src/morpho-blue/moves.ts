import type { Address, Hex, RoutedCollateral } from '@unimargin/sdk'

/**
 * A first supply of collateral by the router was measured at about 150,000 gas, and repaying all of a debt with a stateful
 * interest rate model at about 250,000; the rest is margin for tokens behind proxies.
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
