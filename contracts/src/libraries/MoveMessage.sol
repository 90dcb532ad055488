// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Action} from "../interfaces/ICollateralRouter.sol";

/// @notice What a router tells the router on the other chain, besides the amount, which the OFT tells.
struct MoveMessage {
    address owner;
    /// Whether the owner is a contract where the move began. An account that only delegates to code (EIP-7702) is not: its
    /// key opens the same address everywhere.
    bool ownerHasCode;
    address recovery;
    address market;
    bytes32 marketId;
    Action action;
    uint32 settleGas;
}

using {MoveMessageCodec.encode} for MoveMessage global;

/// @title Move message codec
/// @notice The compose message of a move: a version and seven words, of fixed length.
library MoveMessageCodec {
    uint256 internal constant VERSION = 2;
    uint256 internal constant LENGTH = 8 * 32;

    /// @notice The message as bytes.
    function encode(MoveMessage memory message) internal pure returns (bytes memory) {
        return abi.encode(VERSION, message);
    }

    /// @notice The message in these bytes. `ok` is false if they hold anything else.
    function decode(bytes calldata data) internal pure returns (bool ok, MoveMessage memory message) {
        if (data.length != LENGTH) return (false, message);
        uint256[8] memory words = abi.decode(data, (uint256[8]));
        // Checked by hand, because the compiler's decoder reverts without a word.
        if (
            words[0] != VERSION || words[1] > type(uint160).max || words[2] > 1 || words[3] > type(uint160).max
                || words[4] > type(uint160).max || words[6] > uint256(type(Action).max) || words[7] > type(uint32).max
        ) return (false, message);
        // forge-lint: disable-start(unsafe-typecast)
        message = MoveMessage({
            owner: address(uint160(words[1])),
            ownerHasCode: words[2] == 1,
            recovery: address(uint160(words[3])),
            market: address(uint160(words[4])),
            marketId: bytes32(words[5]),
            action: Action(words[6]),
            settleGas: uint32(words[7])
        });
        // forge-lint: disable-end(unsafe-typecast)
        ok = true;
    }
}
