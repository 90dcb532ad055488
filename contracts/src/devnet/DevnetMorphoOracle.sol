// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DevnetFeed} from "./DevnetFeed.sol";

/// @title Devnet oracle of a Morpho Blue market
/// @notice Says what collateral is worth in the loan token, by the same feeds that the Aave pool of the local network asks.
/// @dev The scale is Morpho's: a base unit of collateral is worth `price / 1e36` base units of the loan token, rounded down.
contract DevnetMorphoOracle {
    /// @notice A feed says that something is worth less than nothing.
    error NegativeAnswer(address feed);

    DevnetFeed public immutable COLLATERAL_FEED;
    DevnetFeed public immutable LOAN_FEED;
    uint256 public immutable SCALE;

    /// @param collateralDecimals Decimals of the collateral token; at most 36 more than those of the loan token.
    constructor(DevnetFeed collateralFeed, DevnetFeed loanFeed, uint8 collateralDecimals, uint8 loanDecimals) {
        COLLATERAL_FEED = collateralFeed;
        LOAN_FEED = loanFeed;
        SCALE =
            10 ** (36 + uint256(loanDecimals) + loanFeed.decimals() - collateralDecimals - collateralFeed.decimals());
    }

    /// @notice The price as Morpho wants it. Reverts while the loan token is worth nothing.
    function price() external view returns (uint256) {
        return SCALE * _answer(COLLATERAL_FEED) / _answer(LOAN_FEED);
    }

    function _answer(DevnetFeed feed) private view returns (uint256) {
        int256 answer = feed.latestAnswer();
        if (answer < 0) revert NegativeAnswer(address(feed));
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256(answer);
    }
}
