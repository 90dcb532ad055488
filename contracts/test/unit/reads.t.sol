// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Arrival, ArrivalStatus, ICollateralRouter, Move, SentMove} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

contract ReadsTest is RouterTest {
    function _arrive(uint256 count) private returns (bytes32[] memory guids) {
        guids = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            Move memory move = _move((i + 1) * 1 ether);
            move.id = bytes32(i);
            guids[i] = _deliverFrom(alice, move);
            endpoint.compose(guids[i]);
        }
    }

    function test_SentMove_GivenTheIdWasNeverUsed() external {
        _arrive(1);
        SentMove memory none;
        assertEq(abi.encode(router.sentMove(alice, "never")), abi.encode(none));
        assertEq(abi.encode(router.sentMove(bob, bytes32(0))), abi.encode(none));
    }

    function test_LatestSent_WhenTheLimitIsBelowTheNumberOfMoves() external {
        bytes32[] memory guids = _arrive(3);
        (uint256 total, SentMove[] memory page) = router.latestSent(alice, 2);
        assertEq(total, 3);
        assertEq(page.length, 2);
        assertEq(page[0].guid, guids[2]);
        assertEq(page[1].guid, guids[1]);
        assertEq(page[1].amount, 2 ether);
    }

    function test_LatestSent_WhenTheLimitIsAboveIt() external {
        bytes32[] memory guids = _arrive(2);
        (uint256 total, SentMove[] memory page) = router.latestSent(alice, type(uint256).max);
        assertEq(total, 2);
        assertEq(page.length, 2);
        assertEq(page[1].guid, guids[0]);
        (total, page) = router.latestSent(bob, 10);
        assertEq(total + page.length, 0);
    }

    function test_Arrival_GivenNothingArrived() external view {
        Arrival memory none;
        assertEq(abi.encode(router.arrival("nothing")), abi.encode(none));
    }

    function test_LatestArrivals_WhenTheLimitIsBelowTheNumberOfArrivals() external {
        bytes32[] memory guids = _arrive(3);
        (uint256 total, Arrival[] memory page) = router.latestArrivals(alice, 1);
        assertEq(total, 3);
        assertEq(page.length, 1);
        assertEq(abi.encode(page[0]), abi.encode(router.arrival(guids[2])));
    }

    function test_LatestArrivals_WhenTheLimitIsAboveIt() external {
        bytes32[] memory guids = _arrive(2);
        (uint256 total, Arrival[] memory page) = router.latestArrivals(alice, 10);
        assertEq(total, 2);
        assertEq(page[0].guid, guids[1]);
        assertEq(page[1].guid, guids[0]);
        (total, page) = router.latestArrivals(bob, 10);
        assertEq(total + page.length, 0);
    }

    /// An amount is kept in two halves, and an asset and a nonce as small numbers.
    function test_Records_WhenTheAmountIsTooLargeForOneOfItsHalves() external {
        uint256[3] memory amounts = [uint256(1 << 40), (1 << 96) + 12_345e12, (7 << 96) + 1e12];
        for (uint256 i = 0; i < amounts.length; ++i) {
            Move memory move = _move(amounts[i] / 1e12 * 1e12);
            move.id = bytes32(i);
            (move.asset, move.settleGas) = (address(hookToken), 1_000_000);
            bytes32 guid = _parkFrom(alice, move);
            SentMove memory sent = router.sentMove(alice, move.id);
            assertEq(sent.asset, address(hookToken));
            assertEq(sent.amount, move.amount);
            assertEq(sent.nonce, endpoint.packetOf(guid).nonce);
            assertEq(sent.dstEid, REMOTE_EID);
            assertEq(sent.sentAt, block.timestamp);
            assertEq(router.arrival(guid).amount, move.amount);
            assertEq(router.arrival(guid).asset, address(hookToken));
            uint256 before = hookToken.balanceOf(bob);
            vm.prank(alice);
            router.claim(guid, bob);
            assertEq(hookToken.balanceOf(bob) - before, move.amount);
        }
        assertEq(router.totalParked(address(hookToken)), 0);
    }

    function test_SettleGasBounds() external view {
        (uint256 min, uint256 max) = router.settleGasBounds();
        assertEq(min, 200_000);
        assertEq(max, 5_000_000);
    }

    function test_Settle_RevertWhen_AnybodyButTheRouterCalls() external {
        bytes32 guid = _parkFrom(alice, _move(1 ether));
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.OnlySelf.selector, alice));
        router.settle(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
    }
}
