// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {Grant, ICollateralRouter, Move, RouterConfig} from "../../src/interfaces/ICollateralRouter.sol";
import {MockAToken} from "../mocks/MockAToken.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {RouterTest} from "../RouterTest.sol";

contract SendWithGrantTest is RouterTest {
    function _sendWithGrant(Move memory move, Grant memory permit) private returns (bytes32) {
        vm.prank(alice);
        return router.sendWithGrant{value: FEE}(move, permit);
    }

    function test_RevertWhen_TheMarketIsNotTrusted() external {
        // Any call of this address would fail otherwise: it has no code.
        Move memory move = _move(1 ether);
        Grant memory permit = _signPermit(move, 1 ether, aliceKey);
        move.market = mallory;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, mallory));
        _sendWithGrant(move, permit);
    }

    function test_RevertWhen_TheMarketDoesNotListTheAsset() external {
        Move memory move = _move(1 ether);
        Grant memory permit = _signPermit(move, 1 ether, aliceKey);
        RouterConfig memory config = _config();
        config.markets[0].market = address(new MockAavePool());
        router = new CollateralRouter(config);
        move.market = config.markets[0].market;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(weth)));
        _sendWithGrant(move, permit);
    }

    function test_WhenThePermitIsGood() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        bytes32 guid = _sendWithGrant(move, _signPermit(move, 1 ether + 2, aliceKey));
        assertEq(router.sentMove(alice, move.id).guid, guid);
        assertEq(source.aTokenOf(address(weth)).allowance(alice, address(router)), 0);
        _assertNothingLeft(address(weth));
    }

    function test_WhenThePermitWasUsedBySomebodyElseBefore() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        Grant memory permit = _signPermit(move, 1 ether + 2, aliceKey);
        MockAToken aToken = source.aTokenOf(address(weth));
        vm.prank(mallory);
        aToken.permit(
            alice, address(router), permit.value, permit.deadline, permit.give.v, permit.give.r, permit.give.s
        );
        assertNotEq(_sendWithGrant(move, permit), bytes32(0));
    }

    function test_RevertWhen_ThePermitIsSignedBySomebodyElse_GivenThereIsNoAllowance() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        _expectNotAvailable(move, _signPermit(move, 1 ether + 2, aliceKey + 1));
    }

    function test_WhenThePermitIsSignedBySomebodyElse_GivenThereIsAnAllowance() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 1 ether + 2);
        assertNotEq(_sendWithGrant(move, _signPermit(move, 1 ether + 2, aliceKey + 1)), bytes32(0));
    }

    function test_RevertWhen_ThePermitHasExpired() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        Grant memory permit = _signPermit(move, 1 ether + 2, aliceKey);
        vm.warp(permit.deadline + 1);
        move.deadline = uint64(block.timestamp);
        _expectNotAvailable(move, permit);
    }

    function test_RevertWhen_TheMarketHasNoIds() external {
        Move memory move = _move(1 ether);
        Grant memory permit = _signPermit(move, 1 ether + 2, aliceKey);
        move.marketId = "id";
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, bytes32("id")));
        _sendWithGrant(move, permit);
    }

    /// The whole of a position: the permit is over two units more than there are.
    function _whole() private returns (Move memory move, Grant memory permit, MockAToken aToken) {
        _supply(alice, address(usdc), 1000e6);
        aToken = source.aTokenOf(address(usdc));
        move = _move(aToken.balanceOf(alice));
        move.asset = address(usdc);
        permit = _signPermit(move, move.amount + 2, aliceKey);
    }

    function _signTakeBack(Grant memory permit, MockAToken aToken, uint256 nonce) private view {
        bytes32 digest = aToken.permitDigest(alice, address(router), 0, nonce, permit.deadline);
        (permit.takeBack.v, permit.takeBack.r, permit.takeBack.s) = vm.sign(aliceKey, digest);
    }

    function test_GivenRoundingLeavesSomeOfTheAllowance_WhenNothingIsSignedToTakeItBack() external {
        (Move memory move, Grant memory permit, MockAToken aToken) = _whole();
        _sendWithGrant(move, permit);
        assertEq(aToken.allowance(alice, address(router)), 2);
    }

    function test_GivenRoundingLeavesSomeOfTheAllowance_WhenItIsSignedToBeTakenBack() external {
        (Move memory move, Grant memory permit, MockAToken aToken) = _whole();
        _signTakeBack(permit, aToken, 1);
        _sendWithGrant(move, permit);
        assertEq(aToken.allowance(alice, address(router)), 0);
        assertEq(aToken.nonces(alice), 2);
    }

    function test_GivenNothingIsLeftOfTheAllowance_WhenItIsSignedToBeTakenBack() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        MockAToken aToken = source.aTokenOf(address(weth));
        Grant memory permit = _signPermit(move, 1 ether + 2, aliceKey);
        _signTakeBack(permit, aToken, 1);
        _sendWithGrant(move, permit);
        assertEq(aToken.allowance(alice, address(router)), 0);
        // What was not needed is still hers to use.
        assertEq(aToken.nonces(alice), 1);
    }

    function test_GivenRoundingLeavesSomeOfTheAllowance_RevertWhen_WhatIsSignedDoesNotTakeItBack() external {
        (Move memory move, Grant memory permit, MockAToken aToken) = _whole();
        _signTakeBack(permit, aToken, 7);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AuthorizationLeft.selector, address(source), alice));
        _sendWithGrant(move, permit);
        assertEq(aToken.allowance(alice, address(router)), 0);
    }

    function _expectNotAvailable(Move memory move, Grant memory permit) private {
        MockAToken aToken = source.aTokenOf(address(weth));
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotAvailable.selector,
                address(aToken),
                aToken.balanceOf(alice),
                uint256(0),
                1 ether
            )
        );
        _sendWithGrant(move, permit);
    }
}
