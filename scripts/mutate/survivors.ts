// Mutants that no test can or should notice, by what `pnpm mutate:contracts` calls them, and why.
export const EXPLAINED: Readonly<Record<string, string>> = {
  'CollateralRouter.sol: if (move.marketId != 0) parcel.marketId = move.marketId;: move.marketId != 0 → true':
    'Writes the zero that is there: the same records, for 2,200 more gas.',
  'connectors/CompoundV2Connector.sol: uint256 shares = Math.mulDiv(amount, WAD, rate, Math.Rounding.Ceil);: amount, WAD → WAD, amount':
    'A product, whose factors may change places.',
  'libraries/BoundedCall.sol: mstore(0x40, add(reason, add(0x20, and(add(size, 0x1f), not(0x1f))))): 0x20 → 33':
    'Leaves one byte of memory unused behind the reason.',
}
