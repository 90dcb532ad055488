// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Health of a Morpho Blue position
/// @notice The rule of the SDK's adapter once more, to the unit; both play the same vectors. Morpho itself knows only
/// healthy or not.
library MorphoBlueHealth {
    uint256 private constant WAD = 1e18;
    uint256 private constant ORACLE_SCALE = 1e36;
    /// Every market counts one unit and a million shares more than it holds.
    uint256 private constant VIRTUAL_ASSETS = 1;
    uint256 private constant VIRTUAL_SHARES = 1e6;

    /// @notice What may be owed against the collateral over what is owed, WAD, rounded down; the largest number without
    /// a debt.
    /// @param price Units of the loan token per unit of collateral, times 1e36.
    /// @param lltv The liquidation loan-to-value, WAD.
    /// @param debt Units of the loan token.
    /// @dev Reverts where Morpho does, over a price that its 256 bits cannot multiply.
    function factor(uint256 collateral, uint256 price, uint256 lltv, uint256 debt) internal pure returns (uint256) {
        if (debt == 0) return type(uint256).max;
        return collateral * price / ORACLE_SCALE * lltv / WAD * WAD / debt;
    }

    /// @notice What shares of a market's loans owe, rounded up.
    function debtOf(uint256 shares, uint256 totalAssets, uint256 totalShares) internal pure returns (uint256) {
        return Math.mulDiv(shares, totalAssets + VIRTUAL_ASSETS, totalShares + VIRTUAL_SHARES, Math.Rounding.Ceil);
    }

    /// @notice The shares that a repayment of `assets` takes off a debt, rounded down.
    function sharesFor(uint256 assets, uint256 totalAssets, uint256 totalShares) internal pure returns (uint256) {
        return Math.mulDiv(assets, totalShares + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS);
    }
}
