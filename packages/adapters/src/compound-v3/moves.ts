import type { Address, RoutedCollateral } from '@unimargin/sdk'

/** Measured on a mock with a Comet's accounting; the rest is margin for Comet's own proxy, its rewards and tokens behind proxies. */
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
