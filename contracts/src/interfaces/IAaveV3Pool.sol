// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The head of what `getReserveData` returns. Later words differ by version of Aave and are left out: a decoder of
/// static words ignores what follows. These eleven are the same from 3.0 to 3.6.
struct AaveReserveHead {
    uint256 configuration;
    uint128 liquidityIndex;
    uint128 currentLiquidityRate;
    uint128 variableBorrowIndex;
    uint128 currentVariableBorrowRate;
    /// Deprecated from 3.2 on, but still in its place.
    uint128 currentStableBorrowRate;
    uint40 lastUpdateTimestamp;
    /// Position in the list of reserves, and so in the bitmap of a user.
    uint16 id;
    address aToken;
    /// Deprecated from 3.2 on, but still in its place.
    address stableDebtToken;
    address variableDebtToken;
}

/// @title Aave V3 pool
/// @notice What the router uses of an Aave V3 pool, 3.0 to 3.6.
interface IAaveV3Pool {
    /// @notice Credits `onBehalfOf` with receipt tokens for `amount` of the caller's `asset`.
    function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode) external;

    /// @notice Burns the caller's receipt tokens and pays `amount` of `asset` to `to`.
    function withdraw(address asset, uint256 amount, address to) external returns (uint256);

    /// @notice Takes up to `amount` of the caller's `asset`, and lowers the debt of `onBehalfOf` by what it took.
    /// @param interestRateMode 2 is the variable rate.
    function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)
        external
        returns (uint256 repaid);

    /// @notice Values are in the base currency of the pool's oracle; the health factor is WAD, the maximum without debt.
    function getUserAccountData(address user)
        external
        view
        returns (
            uint256 totalCollateralBase,
            uint256 totalDebtBase,
            uint256 availableBorrowsBase,
            uint256 currentLiquidationThreshold,
            uint256 ltv,
            uint256 healthFactor
        );

    /// @notice Two bits per reserve: bit `2·id` is "borrows", bit `2·id + 1` is "uses as collateral".
    function getUserConfiguration(address user) external view returns (uint256);

    /// @notice The reserve of an asset; all zero if it is not listed.
    function getReserveData(address asset) external view returns (AaveReserveHead memory);
}
