import type { Address, RoutedCollateral } from '@unimargin/sdk'

/**
 * Not measured on a real Comet, which runs in none of our tests: what Aave V3 gets, whose supply reads and writes as much. What
 * is too little parks a move, and its owner retries it with any gas.
 */
const SUPPLY_GAS = 500_000n

/** What the router needs to know to take collateral out of a Comet and to put it in. The base asset is no collateral, and stays. */
export function routed(comet: Address): RoutedCollateral {
  return {
    pullAuthorization: () => ({ kind: 'comet-allow', contract: comet }),
    // Comet itself is the token of the base asset alone.
    canPull: ({ collateralToken }) => collateralToken === undefined,
    supplyGas: SUPPLY_GAS,
  }
}
