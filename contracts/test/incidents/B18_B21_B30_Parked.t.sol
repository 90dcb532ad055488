// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B18, B21 and B30: allowances that are left, parked amounts that cannot be claimed, and amounts that are
/// settled twice. With each kind of token: 6, 8 and 18 decimals, no return values, hooks and blocked recipients.
contract B18_B21_B30_ParkedTest is RouterTest {
    function _assertAllowsNobody(address asset) private view {
        address[5] memory spenders =
            [address(source), address(destination), router.oftOf(asset), address(router.desk()), address(endpoint)];
        for (uint256 i = 0; i < spenders.length; ++i) {
            assertEq(IERC20(asset).allowance(address(router), spenders[i]), 0);
        }
    }

    /// B18: after each step, for each token and action.
    function testFuzz_NoAllowanceIsLeft(uint256 which, uint256 amount, bool repays, bool parks) external {
        address asset = _assets()[which % 6];
        Move memory move = _move(bound(amount, 1, 1e6) * 1e12);
        move.asset = asset;
        if (repays) {
            move.action = Action.Repay;
            _borrow(destination, alice, asset, move.amount / 2 + 1);
        }
        bytes32 guid = _deliverFrom(alice, move);
        _assertAllowsNobody(asset);
        destination.setPaused(parks);
        endpoint.compose(guid);
        destination.setPaused(false);
        _assertAllowsNobody(asset);
        if (!parks) return;
        vm.prank(alice);
        router.retry(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        _assertAllowsNobody(asset);
        _assertNothingLeft(asset);
    }

    /// B21: a blocked owner claims to somebody else, and others do not notice.
    function test_ABlockedOwnerStopsNobody() external {
        Move memory move = _move(1 ether);
        move.asset = address(hookToken);
        bytes32 hers = _parkFrom(alice, move);
        bytes32 his = _parkFrom(bob, move);
        hookToken.setBlocked(alice, true);
        vm.prank(bob);
        router.claim(his, bob);
        assertEq(hookToken.balanceOf(bob), 1 ether);
        vm.prank(alice);
        router.claim(hers, safe);
        assertEq(hookToken.balanceOf(safe), 1 ether);
    }

    /// B30: claim and retry in either order, by owner and recovery address: once.
    function test_WhatIsSettledIsSettled() external {
        uint256 state = vm.snapshotState();
        for (uint256 i = 0; i < 6; ++i) {
            for (uint256 way = 0; way < 4; ++way) {
                _assertItSettlesOnce(_assets()[i], way & 1 == 0, way & 2 == 0);
                vm.revertToState(state);
            }
        }
    }

    function _assertItSettlesOnce(address asset, bool claimsFirst, bool recoveryFirst) private {
        Move memory move = _move(1 ether);
        move.asset = asset;
        move.recovery = safe;
        bytes32 guid = _parkFrom(alice, move);
        vm.startPrank(recoveryFirst ? safe : alice);
        if (claimsFirst) router.claim(guid, bob);
        else router.retry(guid);
        vm.stopPrank();
        address[2] memory entitled = [alice, safe];
        for (uint256 i = 0; i < 2; ++i) {
            vm.startPrank(entitled[i]);
            vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
            router.claim(guid, bob);
            vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
            router.retry(guid);
            vm.stopPrank();
        }
        assertEq(IERC20(asset).balanceOf(bob), claimsFirst ? 1 ether : 0);
        assertApproxEqAbs(_supplied(destination, alice, asset), claimsFirst ? 0 : 1 ether, 1);
        _assertNothingLeft(asset);
    }
}
