// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice One collateral of a Comet.
struct CometAssetInfo {
    /// Its place in the list, and in the bitmap of each account.
    uint8 offset;
    address asset;
    address priceFeed;
    /// One whole token.
    uint64 scale;
    uint64 borrowCollateralFactor;
    /// WAD.
    uint64 liquidateCollateralFactor;
    uint64 liquidationFactor;
    uint128 supplyCap;
}

/// @title Comet
/// @notice The part of a Compound V3 market that the router uses.
interface IComet {
    function baseToken() external view returns (address);

    function baseTokenPriceFeed() external view returns (address);

    /// @notice One whole base token.
    function baseScale() external view returns (uint256);

    /// @notice How many collaterals are listed.
    function numAssets() external view returns (uint8);

    function getAssetInfo(uint8 index) external view returns (CometAssetInfo memory);

    /// @notice What a feed says, with 8 decimals. Reverts unless that is above zero.
    function getPrice(address priceFeed) external view returns (uint256);

    /// @notice An account. Which collaterals it has is a bit each in `assetsIn`, from the 17th on in `reserved`.
    function userBasic(address account)
        external
        view
        returns (
            int104 principal,
            uint64 baseTrackingIndex,
            uint64 baseTrackingAccrued,
            uint16 assetsIn,
            uint8 reserved
        );

    function userCollateral(address account, address asset) external view returns (uint128 balance, uint128 reserved);

    /// @notice What an account owes of the base token, with interest up to this block.
    function borrowBalanceOf(address account) external view returns (uint256);

    /// @notice Whether `manager` may act for `owner`.
    function hasPermission(address owner, address manager) external view returns (bool);

    /// @notice Adds interest up to this block to the market's indices.
    function accrueAccount(address account) external;

    /// @notice Supplies the caller's asset for `dst`. Of the base token it repays first.
    function supplyTo(address dst, address asset, uint256 amount) external;

    function withdrawFrom(address src, address to, address asset, uint256 amount) external;

    function allowBySig(
        address owner,
        address manager,
        bool isAllowed,
        uint256 nonce,
        uint256 expiry,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
