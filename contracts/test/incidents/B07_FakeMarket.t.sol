// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B7 (DoughFina and Seneca, 2024): a market that the attacker wrote is called with the victim's money.
contract B07_FakeMarketTest is RouterTest {
    /// B7: a market of the attacker's making is never called, on either side.
    function test_AFakeMarketIsNeverCalled() external {
        MockAavePool fake = new MockAavePool();
        fake.list(address(weth), true);
        vm.expectCall(address(fake), "", 0);
        Move memory move = _move(1 ether);
        move.dstMarket = address(fake);
        bytes32 guid = _deliverFrom(alice, move);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        move.market = address(fake);
        move.id = "fake source";
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, address(fake)));
        router.send{value: FEE}(move);
    }

    /// What a fake market would say if it were asked: a debt to repay into its pocket.
    function test_AFakeDebtIsNotRepaid() external {
        MockAavePool fake = new MockAavePool();
        fake.list(address(weth), true);
        fake.debtTokenOf(address(weth)).mint(alice, 5 ether);
        Move memory move = _move(1 ether);
        move.dstMarket = address(fake);
        move.action = Action.Repay;
        bytes32 guid = _deliverFrom(alice, move);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(weth.balanceOf(address(router)), 1 ether);
        vm.prank(alice);
        router.claim(guid, alice);
        assertEq(weth.balanceOf(alice), 1 ether);
    }
}
