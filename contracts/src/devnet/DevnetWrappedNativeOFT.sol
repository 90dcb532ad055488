// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {DevnetOFT} from "./DevnetOFT.sol";
import {DevnetWrapping} from "./DevnetWrapping.sol";

/// @title Devnet wrapped native OFT
/// @notice A token that stands for the native coin and crosses chains by itself, for local networks only.
contract DevnetWrappedNativeOFT is DevnetWrapping, DevnetOFT {
    constructor(string memory name, string memory symbol, uint8 decimals_, address endpoint, address owner)
        DevnetOFT(name, symbol, decimals_, endpoint, owner)
    {}

    /// @inheritdoc ERC20
    function decimals() public view virtual override(ERC20, DevnetOFT) returns (uint8) {
        return super.decimals();
    }
}
