// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice What the router costs, with mocks of market and endpoint: for comparing one version with the next.
/// `pnpm snapshot` writes the numbers, `pnpm snapshot:check` fails if they changed.
contract RouterGasTest is RouterTest {
    function test_Send() external {
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        _send(alice, _move(1.234_567_89 ether));
        vm.snapshotGasLastCall("CollateralRouter", "send");
    }

    function test_SendThroughAnAdapter() external {
        Move memory move = _move(1000e6);
        move.asset = address(usdc);
        _supply(alice, address(usdc), 2000e6);
        _allow(alice, address(usdc), 2000e6);
        _send(alice, move);
        vm.snapshotGasLastCall("CollateralRouter", "send through an adapter");
    }

    function test_ComposeAndCredit() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        endpoint.compose(guid);
        vm.snapshotGasLastCall("CollateralRouter", "compose and credit");
    }

    function test_ComposeAndPark() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setPaused(true);
        endpoint.compose(guid);
        vm.snapshotGasLastCall("CollateralRouter", "compose and park");
    }

    function test_Retry() external {
        bytes32 guid = _parkFrom(alice, _move(1 ether));
        vm.prank(alice);
        router.retry(guid);
        vm.snapshotGasLastCall("CollateralRouter", "retry");
    }

    function test_Claim() external {
        bytes32 guid = _parkFrom(alice, _move(1 ether));
        vm.prank(alice);
        router.claim(guid, alice);
        vm.snapshotGasLastCall("CollateralRouter", "claim");
    }
}
