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
        aToken.permit(alice, address(router), permit.value, permit.deadline, permit.give.v, permit.give.r, permit.give.s);
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
