// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Wrapped native coin
/// @notice What the router uses of WETH, WBNB and the like.
interface IWrappedNative {
    /// @notice Turns the value that is sent along into as many tokens of the caller.
    function deposit() external payable;

    /// @notice Turns the caller's tokens into coins, and sends them to the caller.
    function withdraw(uint256 amount) external;
}
