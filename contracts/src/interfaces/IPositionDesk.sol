// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Protocol} from "./ICollateralRouter.sol";

/// @notice One asset of one owner in one market.
struct Place {
    Protocol protocol;
    address market;
    /// Of Morpho Blue; zero for any other protocol.
    bytes32 marketId;
    address asset;
    /// The vToken of the asset, in markets of the Compound V2 family.
    address token;
    address owner;
}

/// @title Position desk
/// @notice The part of a router that needs no authority over anybody's position: how healthy one is, supplies, repayments.
/// @dev A contract of its own for its size alone. It serves its router, which gives it exactly what it then passes on:
/// between transactions it has nothing, and nobody has authorised it to anything.
interface IPositionDesk {
    /// @notice Only the router may have it supply and repay.
    error OnlyRouter(address caller);

    /// @notice The owner's health factor by the market's own rules with interest up to now, WAD; the greatest number
    /// without debt.
    /// @dev Anybody may ask, by `eth_call`: it is what the router will compare with {Move.minHealthFactor}.
    function healthFactor(Place calldata place) external returns (uint256);

    /// @notice Supplies the `amount` that the router has just sent for the owner, and reverts unless it counts as the
    /// owner's collateral.
    function supply(Place calldata place, uint256 amount) external;

    /// @notice Repays the owner's debt with the `amount` that the router has just sent, up to all of it, and pays what is
    /// left to the owner. Reverts unless there is less debt.
    function repay(Place calldata place, uint256 amount) external returns (uint256 left);

    /// @notice The router that made it.
    function router() external view returns (address);
}
