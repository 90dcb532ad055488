// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice One collateral of an account.
struct CometCollateral {
    uint256 balance;
    /// 8 decimals.
    uint256 price;
    /// One whole token.
    uint256 scale;
    /// WAD.
    uint256 liquidateFactor;
}

/// @title Health of a Compound V3 account
/// @notice The rule of the SDK's adapter once more, to the unit; both play the same vectors. Comet itself knows only
/// liquidatable or not.
library CompoundV3Health {
    uint256 private constant WAD = 1e18;

    /// @notice What the collateral weighs over what is owed, WAD, rounded down; the largest number without a debt.
    /// @param debt Units of the base token, with interest up to now.
    /// @dev A debt that is worth less than the least value is never liquidated: it weighs as that value, and one
    /// without
    /// collateral stands at the boundary.
    function factor(CometCollateral[] memory collateral, uint256 debt, uint256 basePrice, uint256 baseScale)
        internal
        pure
        returns (uint256)
    {
        if (debt == 0) return type(uint256).max;
        uint256 weighted = 0;
        for (uint256 i = 0; i < collateral.length; ++i) {
            CometCollateral memory one = collateral[i];
            weighted += one.balance * one.price / one.scale * one.liquidateFactor / WAD;
        }
        uint256 owed = debt * basePrice / baseScale;
        if (owed != 0) return weighted * WAD / owed;
        return weighted == 0 ? WAD : weighted * WAD;
    }
}
