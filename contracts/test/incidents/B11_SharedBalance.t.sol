// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MockAToken} from "../mocks/MockAToken.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B11 and B30: tokens lie in the router between delivery and compose, beside parked ones and gifts. Each
/// owner gets the amount of the own message, once, whatever the order.
contract B11_SharedBalanceTest is RouterTest {
    function testFuzz_TwoOwnersInterleaved(uint256 a, uint256 b, uint256 gift, uint256 order) external {
        a = bound(a, 1, 1e9) * 1e12;
        b = bound(b, 1, 1e9) * 1e12;
        gift = bound(gift, 0, 1e24);
        bytes32 first = _sendFrom(alice, _move(a));
        bytes32 second = _sendFrom(bob, _move(b));
        if (order & 1 == 0) (first, second) = (second, first);
        endpoint.deliver(first);
        weth.mint(address(router), gift);
        if (order & 2 == 0) endpoint.deliver(second);
        destination.setPaused(order & 4 == 0);
        endpoint.compose(first);
        if (order & 2 != 0) endpoint.deliver(second);
        destination.setPaused(order & 8 == 0);
        endpoint.compose(second);
        destination.setPaused(false);
        _finish(first, order & 16 == 0);
        _finish(second, order & 32 == 0);
        assertApproxEqAbs(_supplied(destination, alice, address(weth)) + weth.balanceOf(alice), a, 1);
        assertApproxEqAbs(_supplied(destination, bob, address(weth)) + weth.balanceOf(bob), b, 1);
        assertEq(weth.balanceOf(address(router)), gift, "the gift stays a gift");
        assertEq(router.totalParked(address(weth)), 0);
    }

    function _finish(bytes32 guid, bool claims) private {
        if (_status(guid) != ArrivalStatus.Parked) return;
        address owner = router.arrival(guid).owner;
        vm.startPrank(owner);
        if (claims) router.claim(guid, owner);
        else router.retry(guid);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
        router.claim(guid, owner);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
        router.retry(guid);
        vm.stopPrank();
    }

    /// A gift of the asset or of receipt tokens neither enriches a sender nor stops one.
    function testFuzz_DonationsChangeNothing(uint256 gift, uint256 receiptGift) external {
        gift = bound(gift, 0, 1e24);
        receiptGift = bound(receiptGift, 0, 1e24);
        weth.mint(address(router), gift);
        MockAToken aToken = source.aTokenOf(address(weth));
        _supply(mallory, address(weth), receiptGift + 1);
        uint256 given = receiptGift < aToken.balanceOf(mallory) ? receiptGift : aToken.balanceOf(mallory);
        vm.prank(mallory);
        aToken.transfer(address(router), given);
        uint256 receipts = aToken.balanceOf(address(router));

        bytes32 guid = _deliverFrom(alice, _move(3 ether));
        assertEq(weth.balanceOf(address(router)), gift + 3 ether);
        assertApproxEqAbs(aToken.balanceOf(address(router)), receipts, 2);
        assertApproxEqAbs(aToken.balanceOf(alice), 10, 3);
        assertEq(weth.balanceOf(alice), 0);
        endpoint.compose(guid);
        assertApproxEqAbs(_supplied(destination, alice, address(weth)), 3 ether, 1);
    }

    /// An id moves once, also when the first move is on its way, parked, claimed or credited.
    function test_AnIdMovesOnce() external {
        Move memory move = _move(1 ether);
        bytes32 guid = _sendFrom(alice, move);
        _supply(alice, address(weth), 5 ether);
        _allow(alice, address(weth), 5 ether);
        _expectResendRefused(move);
        endpoint.deliver(guid);
        _expectResendRefused(move);
        destination.setPaused(true);
        endpoint.compose(guid);
        _expectResendRefused(move);
        vm.prank(alice);
        router.claim(guid, alice);
        move.dstEid = OTHER_REMOTE_EID;
        _expectResendRefused(move);
    }

    function _expectResendRefused(Move memory move) private {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.MoveAlreadySent.selector, alice, move.id));
        router.send{value: FEE}(move);
    }

    /// A send that failed leaves its id free.
    function test_AFailedSendLeavesTheIdFree() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        vm.prank(alice);
        vm.expectRevert();
        router.send{value: FEE}(move);
        _allow(alice, address(weth), 2 ether);
        assertNotEq(_send(alice, move), bytes32(0));
    }
}
