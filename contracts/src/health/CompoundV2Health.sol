// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateralRouter} from "../interfaces/ICollateralRouter.sol";
import {ICompoundV2Oracle, ICompoundV2Token, IComptroller} from "../interfaces/ICompoundV2.sol";

/// @title Health in a market of the Compound V2 family
/// @notice The twin of the rule in `packages/adapters/src/compound-v2/rule.ts`, to the unit.
/// @dev Members of the family weigh collateral by different factors and round in different orders. Which one it is need not be
/// known: the Comptroller says by how much the weighted collateral exceeds the debts, and debts all of them add up alike.
library CompoundV2Health {
    uint256 private constant WAD = 1e18;

    /// @notice Weighted collateral over debts with all interest, WAD, rounded down; the greatest number without debts.
    function healthFactor(IComptroller comptroller, address owner) internal returns (uint256) {
        ICompoundV2Oracle oracle = ICompoundV2Oracle(comptroller.oracle());
        address[] memory tokens = comptroller.getAssetsIn(owner);
        uint256 debt;
        // As many as the owner has entered, and the owner pays.
        for (uint256 i = 0; i < tokens.length; ++i) {
            ICompoundV2Token token = ICompoundV2Token(tokens[i]);
            accrue(token);
            debt += token.borrowBalanceStored(owner) * oracle.getUnderlyingPrice(tokens[i]) / WAD;
        }
        if (debt == 0) return type(uint256).max;
        (uint256 code, uint256 liquidity, uint256 shortfall) = comptroller.getAccountLiquidity(owner);
        if (code != 0) revert ICollateralRouter.MarketRefused(address(comptroller), code);
        return (debt + liquidity - shortfall) * WAD / debt;
    }

    /// @notice Brings a token's interest up to date.
    function accrue(ICompoundV2Token token) internal {
        require0(token, token.accrueInterest());
    }

    /// @notice Refuses every error code but that of none.
    function require0(ICompoundV2Token token, uint256 code) internal pure {
        if (code != 0) revert ICollateralRouter.MarketRefused(address(token), code);
    }
}
