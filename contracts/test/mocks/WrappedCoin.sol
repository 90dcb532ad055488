// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A wrapped native coin that pays out with 2,300 gas, as WETH9 does.
contract WrappedCoin is ERC20("Wrapped Coin", "WCOIN") {
    error PayoutFailed();

    /// How much less than asked for is paid out.
    uint256 public shortfall;

    receive() external payable {
        deposit();
    }

    function setShortfall(uint256 amount) external {
        shortfall = amount;
    }

    /// Out of nothing, and so without coins to pay it out with.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function deposit() public payable {
        _mint(msg.sender, msg.value);
    }

    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        (bool ok,) = msg.sender.call{value: amount - shortfall, gas: 2300}("");
        if (!ok) revert PayoutFailed();
    }
}
