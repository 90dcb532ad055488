// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IOFT} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B17: tokens that take a fee, and amounts that the message cannot carry.
contract B17_LossyTokensTest is RouterTest {
    function _feeMove(uint256 amount) private view returns (Move memory move) {
        move = _move(amount);
        move.asset = address(feeToken);
    }

    function test_AFeeOnTheWayOutReverts() external {
        _supply(alice, address(feeToken), 200 ether);
        _allow(alice, address(feeToken), 200 ether);
        feeToken.setTakesFee(true);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(router), 0, 1 ether)
        );
        router.send{value: FEE}(_feeMove(100 ether));
    }

    function test_AFeeOnTheWayOutIsNotPaidByOthers() external {
        // What lies in the router for Bob would cover the fee of Alice.
        Move memory bobs = _feeMove(50 ether);
        bytes32 parked = _parkFrom(bob, bobs);
        _supply(alice, address(feeToken), 200 ether);
        _allow(alice, address(feeToken), 200 ether);
        feeToken.setTakesFee(true);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.UnbackedCredit.selector, address(feeToken), 49 ether, 50 ether)
        );
        router.send{value: FEE}(_feeMove(100 ether));
        assertEq(feeToken.balanceOf(address(router)), 50 ether);
        _assertStatus(parked, ArrivalStatus.Parked);
    }

    function test_AFeeOnTheWayInStaysQueuedUntilItIsBacked() external {
        bytes32 guid = _sendFrom(alice, _feeMove(100 ether));
        feeToken.setTakesFee(true);
        endpoint.deliver(guid);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.UnbackedCredit.selector, address(feeToken), 99 ether, 100 ether)
        );
        endpoint.compose(guid);
        assertTrue(endpoint.isQueued(guid));
        feeToken.setTakesFee(false);
        feeToken.mint(address(router), 1 ether);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    function test_AnAmountBeyondTheMessageReverts() external {
        uint256 tooMuch = (uint256(type(uint64).max) + 1) * 1e12;
        Move memory move = _move(tooMuch);
        _supply(alice, address(weth), tooMuch + 10);
        _allow(alice, address(weth), tooMuch + 2);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IOFT.AmountSDOverflowed.selector, uint256(type(uint64).max) + 1));
        router.send{value: FEE}(move);
        move.amount = tooMuch - 1;
        assertNotEq(_send(alice, move), bytes32(0));
        assertEq(router.sentMove(alice, move.id).amount, tooMuch - 1e12);
    }
}
