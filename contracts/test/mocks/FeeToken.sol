// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that keeps one percent of each transfer, once switched on.
contract FeeToken is ERC20("Fee", "FEE") {
    bool public takesFee;

    function setTakesFee(bool takes) external {
        takesFee = takes;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        uint256 fee = takesFee && from != address(0) && to != address(0) ? amount / 100 : 0;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0xfee), fee);
    }
}
