// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Devnet wrapping
/// @notice What makes a token stand for the native coin, for local networks only.
/// @dev What its owner mints has no coins behind it: the local network gives the contract as many as anybody could want.
abstract contract DevnetWrapping is ERC20 {
    /// @notice Turns the value that is sent along into as many tokens of the caller.
    function deposit() public payable {
        _mint(msg.sender, msg.value);
    }

    /// @notice Turns tokens of the caller into coins, and sends them to the caller.
    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        Address.sendValue(payable(msg.sender), amount);
    }

    receive() external payable {
        deposit();
    }
}
