// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockAavePool} from "./MockAavePool.sol";

/// @notice What owners owe of one asset, kept divided by the index, half up.
contract MockDebtToken {
    uint256 private constant RAY = 1e27;
    MockAavePool public immutable pool;
    mapping(address => uint256) public scaledBalanceOf;

    constructor() {
        pool = MockAavePool(msg.sender);
    }

    function balanceOf(address user) public view returns (uint256) {
        return (scaledBalanceOf[user] * pool.debtIndex() + RAY / 2) / RAY;
    }

    function mint(address user, uint256 amount) external {
        scaledBalanceOf[user] += _scaled(amount);
    }

    function burn(address user, uint256 amount) external {
        uint256 scaled = amount == balanceOf(user) ? scaledBalanceOf[user] : _scaled(amount);
        scaledBalanceOf[user] -= scaled;
    }

    function _scaled(uint256 amount) private view returns (uint256) {
        return (amount * RAY + pool.debtIndex() / 2) / pool.debtIndex();
    }
}
