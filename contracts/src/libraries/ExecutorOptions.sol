// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Executor options
/// @notice LayerZero options of type 3 that ask the executor to deliver with one amount of gas and compose with another.
library ExecutorOptions {
    uint16 private constant TYPE_3 = 3;
    uint8 private constant EXECUTOR = 1;
    uint8 private constant LZ_RECEIVE = 1;
    uint8 private constant LZ_COMPOSE = 3;
    /// An OFT composes once, with index 0.
    uint16 private constant COMPOSE_INDEX = 0;

    /// @notice Both options, without native value for either step.
    function encode(uint128 deliveryGas, uint128 composeGas) internal pure returns (bytes memory) {
        return bytes.concat(
            abi.encodePacked(TYPE_3),
            // An option's size counts its type byte.
            abi.encodePacked(EXECUTOR, uint16(1 + 16), LZ_RECEIVE, deliveryGas),
            abi.encodePacked(EXECUTOR, uint16(1 + 2 + 16), LZ_COMPOSE, COMPOSE_INDEX, composeGas)
        );
    }
}
