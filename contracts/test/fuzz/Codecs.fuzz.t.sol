// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {Action} from "../../src/interfaces/ICollateralRouter.sol";
import {ExecutorOptions} from "../../src/libraries/ExecutorOptions.sol";
import {MoveMessage, MoveMessageCodec} from "../../src/libraries/MoveMessage.sol";

contract CodecsFuzzTest is Test {
    function decode(bytes calldata data) external pure returns (bool, MoveMessage memory) {
        return MoveMessageCodec.decode(data);
    }

    /// A fuzzer knows of an enum that it is a byte.
    struct Fuzzed {
        address owner;
        bool ownerHasCode;
        address recovery;
        address market;
        bytes32 marketId;
        bool repays;
        uint32 settleGas;
    }

    function _message(Fuzzed memory fuzzed) private pure returns (MoveMessage memory) {
        return MoveMessage({
            owner: fuzzed.owner,
            ownerHasCode: fuzzed.ownerHasCode,
            recovery: fuzzed.recovery,
            market: fuzzed.market,
            marketId: fuzzed.marketId,
            action: fuzzed.repays ? Action.Repay : Action.Supply,
            settleGas: fuzzed.settleGas
        });
    }

    function testFuzz_AMessageComesBack(Fuzzed memory fuzzed) external view {
        MoveMessage memory message = _message(fuzzed);
        bytes memory data = message.encode();
        assertEq(data.length, MoveMessageCodec.LENGTH);
        (bool ok, MoveMessage memory again) = this.decode(data);
        assertTrue(ok);
        assertEq(abi.encode(again), abi.encode(message));
    }

    /// Whatever is accepted is what would have been written: no two messages mean the same move.
    function testFuzz_OnlyTheOwnEncodingIsAccepted(Fuzzed memory fuzzed, uint256 at, bytes1 flip) external view {
        bytes memory data = _message(fuzzed).encode();
        at = bound(at, 0, data.length - 1);
        data[at] ^= flip;
        (bool ok, MoveMessage memory again) = this.decode(data);
        if (ok) assertEq(again.encode(), data);
    }

    function testFuzz_NoOtherBytesAreAccepted(bytes calldata data) external view {
        (bool ok, MoveMessage memory message) = this.decode(data);
        if (ok) assertEq(message.encode(), data);
    }

    function testFuzz_Options(uint128 deliveryGas, uint128 composeGas) external pure {
        assertEq(
            ExecutorOptions.encode(deliveryGas, composeGas),
            bytes.concat(hex"0003010011", hex"01", bytes16(deliveryGas), hex"010013", hex"030000", bytes16(composeGas))
        );
    }
}
