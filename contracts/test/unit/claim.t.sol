// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {HookToken} from "../mocks/HookToken.sol";
import {RouterTest} from "../RouterTest.sol";

contract ClaimTest is RouterTest {
    function _park() private returns (bytes32) {
        Move memory move = _move(1 ether);
        move.recovery = safe;
        return _parkFrom(alice, move);
    }

    function _expect(address caller, bytes32 guid, address to, bytes memory error) private {
        vm.prank(caller);
        vm.expectRevert(error);
        router.claim(guid, to);
    }

    function test_RevertGiven_NothingArrivedUnderTheGuid() external {
        _expect(
            alice, "nothing", alice, abi.encodeWithSelector(ICollateralRouter.NotParked.selector, bytes32("nothing"))
        );
    }

    function test_RevertGiven_TheMoveWasCredited() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        endpoint.compose(guid);
        _expect(alice, guid, alice, abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
    }

    function test_RevertGiven_TheAmountWasClaimed() external {
        bytes32 guid = _park();
        vm.startPrank(alice);
        router.claim(guid, alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
        router.claim(guid, alice);
        vm.stopPrank();
        assertEq(weth.balanceOf(alice), 1 ether);
    }

    function test_RevertWhen_TheCallerIsNeitherOwnerNorRecovery() external {
        bytes32 guid = _park();
        _expect(mallory, guid, mallory, abi.encodeWithSelector(ICollateralRouter.NotOwner.selector, mallory));
        // No recovery address is named by the zero address.
        Move memory move = _move(1 ether);
        move.id = "without recovery";
        guid = _parkFrom(bob, move);
        _expect(address(0), guid, mallory, abi.encodeWithSelector(ICollateralRouter.NotOwner.selector, address(0)));
    }

    function test_RevertWhen_TheRecipientIsZero() external {
        bytes32 guid = _park();
        _expect(
            alice, guid, address(0), abi.encodeWithSelector(ICollateralRouter.InvalidRecipient.selector, address(0))
        );
    }

    function test_RevertWhen_TheRecipientIsTheRouter() external {
        bytes32 guid = _park();
        _expect(
            alice,
            guid,
            address(router),
            abi.encodeWithSelector(ICollateralRouter.InvalidRecipient.selector, address(router))
        );
    }

    function test_WhenTheOwnerCalls() external {
        bytes32 guid = _park();
        vm.expectEmit(address(router));
        emit ICollateralRouter.ParkedClaimed(guid, alice, bob, address(weth), 1 ether);
        vm.prank(alice);
        router.claim(guid, bob);
        _assertStatus(guid, ArrivalStatus.Claimed);
        assertEq(weth.balanceOf(bob), 1 ether);
        assertEq(router.totalParked(address(weth)), 0);
        _assertNothingLeft(address(weth));
    }

    function test_WhenTheRecoveryAddressCalls() external {
        bytes32 guid = _park();
        vm.prank(safe);
        router.claim(guid, safe);
        assertEq(weth.balanceOf(safe), 1 ether);
    }

    function test_GivenTheTokenRefusesTheRecipient() external {
        Move memory move = _move(1 ether);
        move.asset = address(hookToken);
        bytes32 guid = _parkFrom(alice, move);
        hookToken.setBlocked(alice, true);
        _expect(alice, guid, alice, abi.encodeWithSelector(HookToken.Blocked.selector, alice));
        _assertStatus(guid, ArrivalStatus.Parked);
        vm.prank(alice);
        router.claim(guid, bob);
        assertEq(hookToken.balanceOf(bob), 1 ether);
    }
}
