// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a market is, and what its id is the hash of.
struct MorphoMarketParams {
    address loanToken;
    address collateralToken;
    address oracle;
    address irm;
    /// The liquidation loan-to-value, WAD.
    uint256 lltv;
}

/// @notice An owner's word that somebody may, or may no longer, act for them in every market.
struct MorphoAuthorization {
    address authorizer;
    address authorized;
    bool isAuthorized;
    uint256 nonce;
    uint256 deadline;
}

/// @notice A signature as Morpho takes it.
struct MorphoSignature {
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @title Morpho Blue
/// @notice The part of Morpho Blue that the router uses. All markets are in one contract.
interface IMorphoBlue {
    /// @notice The market with this id; all zero where there is none.
    function idToMarketParams(bytes32 id) external view returns (MorphoMarketParams memory params);

    /// @notice Totals as of the last update.
    function market(bytes32 id)
        external
        view
        returns (
            uint128 totalSupplyAssets,
            uint128 totalSupplyShares,
            uint128 totalBorrowAssets,
            uint128 totalBorrowShares,
            uint128 lastUpdate,
            uint128 fee
        );

    function position(bytes32 id, address user)
        external
        view
        returns (uint256 supplyShares, uint128 borrowShares, uint128 collateral);

    /// @notice Whether `authorized` may act for `authorizer`, in every market.
    function isAuthorized(address authorizer, address authorized) external view returns (bool);

    /// @notice Adds interest up to this block to the market's totals.
    function accrueInterest(MorphoMarketParams calldata params) external;

    function supplyCollateral(MorphoMarketParams calldata params, uint256 assets, address onBehalf, bytes calldata data)
        external;

    function withdrawCollateral(MorphoMarketParams calldata params, uint256 assets, address onBehalf, address receiver)
        external;

    /// @notice Repays `assets`, or `shares`: exactly one of them is not zero.
    function repay(
        MorphoMarketParams calldata params,
        uint256 assets,
        uint256 shares,
        address onBehalf,
        bytes calldata data
    ) external returns (uint256 assetsRepaid, uint256 sharesRepaid);

    function setAuthorizationWithSig(MorphoAuthorization calldata authorization, MorphoSignature calldata signature)
        external;
}

/// @title Morpho oracle
interface IMorphoOracle {
    /// @notice Units of the loan token per unit of collateral, times 1e36.
    function price() external view returns (uint256);
}
