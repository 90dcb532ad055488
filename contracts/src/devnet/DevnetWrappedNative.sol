// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {DevnetToken} from "./DevnetToken.sol";
import {DevnetWrapping} from "./DevnetWrapping.sol";

/// @title Devnet wrapped native coin
/// @notice A plain token that stands for the native coin, for local networks only.
contract DevnetWrappedNative is DevnetWrapping, DevnetToken {
    constructor(string memory name, string memory symbol, uint8 decimals_, address owner)
        DevnetToken(name, symbol, decimals_, owner)
    {}

    /// @inheritdoc ERC20
    function decimals() public view virtual override(ERC20, DevnetToken) returns (uint8) {
        return super.decimals();
    }
}
