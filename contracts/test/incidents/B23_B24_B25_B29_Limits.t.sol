// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B23, B24, B25 and B29: supplied without counting, a source that is left near liquidation, no limits, and
/// markets that are full or closed.
contract B23_B24_B25_B29_LimitsTest is RouterTest {
    /// B23, B29, I22: every combination of what a market can be: credited if it takes it and counts it, else parked; the owner
    /// has it in the end.
    function test_EveryStateOfAMarketCreditsOrParks() external {
        for (uint256 state = 0; state < 32; ++state) {
            uint256 snapshot = vm.snapshotState();
            bytes32 guid = _deliverFrom(alice, _move(1 ether));
            destination.setPaused(state & 1 != 0);
            destination.setFrozen(state & 2 != 0);
            destination.setSupplyCap(state & 4 != 0 ? 1 ether - 1 : type(uint256).max);
            destination.setNeverCollateral(state & 8 != 0);
            destination.setCreditsNothing(state & 16 != 0);
            endpoint.compose(guid);
            _assertStatus(guid, state == 0 ? ArrivalStatus.Credited : ArrivalStatus.Parked);
            if (state != 0) {
                assertEq(weth.balanceOf(address(router)), 1 ether);
                assertEq(_supplied(destination, alice, address(weth)), 0);
                vm.prank(alice);
                router.claim(guid, alice);
                assertEq(weth.balanceOf(alice), 1 ether);
            }
            vm.revertToState(snapshot);
        }
    }

    /// B24, I9: sent exactly if the market's own health afterwards is what was asked for.
    function testFuzz_NoSourceIsLeftBelowItsMinimum(uint256 amount, uint256 debt, uint256 min, bool coins) external {
        Move memory move = _move(bound(amount, 1, 9e6) * 1e12);
        if (coins) move.asset = address(coin);
        debt = bound(debt, 1, 7 ether);
        move.minHealthFactor = bound(min, 1e18, 10e18);
        _supply(alice, move.asset, 10 ether);
        _allow(alice, move.asset, move.amount + 2);
        source.setDebt(alice, debt);
        vm.prank(alice);
        try router.send{value: FEE}(move) {
            (,,,,, uint256 healthFactor) = source.getUserAccountData(alice);
            assertGe(healthFactor, move.minHealthFactor);
        } catch {
            (,,,,, uint256 healthFactor) = source.getUserAccountData(alice);
            assertApproxEqAbs(_supplied(source, alice, move.asset), 10 ether, 1);
            assertGe(healthFactor, 1e18);
        }
    }

    /// B25: a move that is signed is of no use a second after its deadline, nor below its minimum.
    function testFuzz_TheDeadlineHolds(uint256 late) external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        vm.warp(uint256(move.deadline) + bound(late, 1, 365 days));
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.DeadlineExpired.selector, move.deadline, block.timestamp)
        );
        router.send{value: FEE}(move);
    }

    /// B25, I15: what somebody gives to the router does not make up for what the route takes.
    function testFuzz_AGiftDoesNotMeetTheMinimum(uint256 gift) external {
        Move memory move = _move(1.000_000_5 ether);
        move.minAmount = move.amount;
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        weth.mint(address(router), bound(gift, 0, 100 ether));
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AmountTooSmall.selector, 1 ether, 1.000_000_5 ether));
        router.send{value: FEE}(move);
    }

    /// B29: an adapter that has run dry delivers nothing, and delivers when it has something again.
    function test_AnAdapterThatHasRunDryDeliversLater() external {
        Move memory move = _move(1000e6);
        move.asset = address(usdc);
        bytes32 guid = _sendFrom(alice, move);
        vm.prank(address(usdcOft));
        usdc.transfer(bob, 1000e6);
        vm.expectRevert();
        endpoint.deliver(guid);
        vm.prank(bob);
        usdc.transfer(address(usdcOft), 1000e6);
        endpoint.deliver(guid);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }
}
