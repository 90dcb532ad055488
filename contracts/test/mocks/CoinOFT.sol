// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {NativeOFTAdapter} from "@layerzerolabs/oft-evm/contracts/NativeOFTAdapter.sol";

/// @notice LayerZero's route for the native coin, which pays out with 2,300 gas, as a native pool of Stargate's does.
contract CoinOFT is NativeOFTAdapter {
    error PayoutFailed();

    /// What the coins that arrive left of the 2,300 gas.
    uint256 public paidOut;

    constructor(address endpoint, address owner) NativeOFTAdapter(18, endpoint, owner) Ownable(owner) {}

    receive() external payable {}

    function _credit(address to, uint256 amount, uint32) internal override returns (uint256) {
        (bool ok,) = to.call{value: amount, gas: 2300}("");
        if (!ok) revert PayoutFailed();
        paidOut += amount;
        return amount;
    }
}
