// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ArrivalStatus, ICollateralRouter} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B10 (AllbridgeCCTP, August 2026): an amount was credited because a message said so, while no token had come.
/// Here a trusted OFT itself lies, which is the strongest form of it.
contract B10_CreditWithoutValueTest is RouterTest {
    function _phantom(bytes32 guid, uint256 amount) private {
        vm.prank(address(endpoint));
        router.lzCompose(address(weth), guid, _composeMessage(REMOTE_EID, amount, _self(), _body(mallory)), mallory, "");
    }

    function _expectUnbacked(uint256 balance, uint256 owed) private {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnbackedCredit.selector, address(weth), balance, owed));
    }

    function test_NothingIsCreditedToAnEmptyRouter() external {
        _expectUnbacked(0, 1);
        _phantom("phantom", 1);
    }

    function test_WhatIsParkedForOneBacksNoCreditForAnother() external {
        bytes32 parked = _parkFrom(alice, _move(5 ether));
        _expectUnbacked(5 ether, 5 ether + 1);
        _phantom("phantom", 1);
        vm.prank(alice);
        router.claim(parked, alice);
        assertEq(weth.balanceOf(alice), 5 ether);
    }

    function testFuzz_NoPhantomLeavesTheParkedUnbacked(uint128 parkedAmount, uint128 donated, uint128 phantom)
        external
    {
        uint256 amount = bound(parkedAmount, 1, 1e12) * 1e12;
        uint256 gift = bound(donated, 0, 1e24);
        uint256 claimed = bound(phantom, 1, 1e25);
        bytes32 parked = _parkFrom(alice, _move(amount));
        weth.mint(address(router), gift);
        if (claimed > gift) _expectUnbacked(amount + gift, amount + claimed);
        _phantom("phantom", claimed);
        assertGe(weth.balanceOf(address(router)), router.totalParked(address(weth)));
        _assertStatus("phantom", claimed > gift ? ArrivalStatus.None : ArrivalStatus.Credited);
        vm.prank(alice);
        router.claim(parked, alice);
        assertEq(weth.balanceOf(alice), amount);
    }

    function testFuzz_AnAmountBeyondTheRecordIsRefused(uint256 amount) external {
        amount = bound(amount, uint256(type(uint128).max) + 1, type(uint256).max);
        vm.expectRevert();
        _phantom("phantom", amount);
        _assertStatus("phantom", ArrivalStatus.None);
    }
}
