// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Action, ArrivalStatus, Grant, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";
import {RefundThief} from "../mocks/RefundThief.sol";

/// @notice Threat B19: a token that calls out on each transfer tries every door of the router while it is open for another.
contract B19_ReentrancyTest is RouterTest {
    bytes32 private parked;
    bytes32 private delivered;

    function setUp() public override {
        super.setUp();
        Move memory move = _hookMove("parked");
        parked = _parkFrom(alice, move);
        move = _hookMove("delivered");
        delivered = _deliverFrom(alice, move);
    }

    function _hookMove(bytes32 id) private view returns (Move memory move) {
        move = _move(1 ether);
        move.id = id;
        move.asset = address(hookToken);
        // The token is the one that calls: let it be entitled, so that only the guard can stop it.
        move.recovery = address(hookToken);
    }

    /// Every door but `settle`, which is no door.
    function _doors() private view returns (bytes[5] memory doors) {
        Move memory move = _hookMove("reentrant");
        Grant memory permit;
        doors[0] = abi.encodeCall(ICollateralRouter.send, (move));
        doors[1] = abi.encodeCall(ICollateralRouter.sendWithGrant, (move, permit));
        doors[2] = abi.encodeCall(ICollateralRouter.retry, (parked));
        doors[3] = abi.encodeCall(ICollateralRouter.claim, (parked, mallory));
        doors[4] = abi.encodeWithSignature(
            "lzCompose(address,bytes32,bytes,address,bytes)", address(hookOft), delivered, "", mallory, ""
        );
    }

    function _whileOpen(uint256 which) private {
        if (which == 0) {
            _supply(bob, address(hookToken), 2 ether);
            _allow(bob, address(hookToken), 2 ether);
            Move memory move = _hookMove("outer");
            vm.prank(bob);
            router.send{value: FEE}(move);
        }
        if (which == 1) endpoint.compose(delivered);
        if (which == 2) {
            vm.prank(alice);
            router.retry(parked);
        }
        if (which == 3) {
            vm.prank(alice);
            router.claim(parked, alice);
        }
    }

    function test_EveryDoorIsShutWhileAnotherIsOpen() external {
        bytes[5] memory doors = _doors();
        for (uint256 open = 0; open < 4; ++open) {
            for (uint256 door = 0; door < doors.length; ++door) {
                uint256 snapshot = vm.snapshotState();
                hookToken.setHook(address(router), doors[door]);
                _whileOpen(open);
                assertFalse(hookToken.hookOk(), "reentered");
                assertEq(
                    hookToken.hookResult(),
                    abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
                );
                vm.revertToState(snapshot);
            }
        }
    }

    function test_AMarketThatReentersIsParked() external {
        bytes32 guid = _deliverFrom(bob, _move(1 ether));
        destination.setHook(address(router), abi.encodeCall(ICollateralRouter.claim, (guid, mallory)));
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(weth.balanceOf(address(router)), 1 ether);
    }

    function test_AMarketCannotSettleByItself() external {
        bytes32 guid = _deliverFrom(bob, _move(1 ether));
        destination.setHook(address(router), abi.encodeCall(router.settle, (guid)));
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveParked(
            guid,
            bob,
            Action.Supply,
            address(destination),
            0,
            address(weth),
            1 ether,
            abi.encodeWithSelector(ICollateralRouter.OnlySelf.selector, address(destination))
        );
        endpoint.compose(guid);
    }

    /// While the endpoint refunds a sender, that sender has another owner's packet delivered: its tokens come to the router
    /// in the middle of the send. They must not be taken for the sender's dust.
    function test_ADeliveryDuringARefundIsNotPaidOutAsDust() external {
        bytes32 victims = _sendFrom(alice, _move(50 ether));
        RefundThief thief = new RefundThief(endpoint, victims);
        vm.deal(address(thief), 1 ether);
        Move memory move = _move(1.000_000_1 ether);
        move.recovery = mallory;
        _supply(address(thief), address(weth), 2 ether);
        _allow(address(thief), address(weth), 2 ether);
        vm.prank(address(thief));
        router.send{value: 1 ether}(move);

        assertTrue(thief.delivered(), "the attack took place");
        assertEq(weth.balanceOf(address(thief)), 0.000_000_1 ether, "only its own dust");
        assertEq(weth.balanceOf(address(router)), 50 ether, "the victim's tokens are there");
        endpoint.compose(victims);
        _assertStatus(victims, ArrivalStatus.Credited);
        assertApproxEqAbs(_supplied(destination, alice, address(weth)), 50 ether, 1);
    }
}
