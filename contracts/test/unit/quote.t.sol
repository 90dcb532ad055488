// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateralRouter, Move, MoveQuote} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

contract QuoteTest is RouterTest {
    function _expect(Move memory move, bytes memory error) private {
        vm.expectRevert(error);
        router.quote(move);
    }

    function test_RevertWhen_TheAmountIsZero() external {
        _expect(_move(0), abi.encodeWithSelector(ICollateralRouter.ZeroAmount.selector));
    }

    function test_RevertWhen_NoTrustedOFTCarriesTheAsset() external {
        Move memory move = _move(1 ether);
        move.asset = mallory;
        _expect(move, abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, mallory));
    }

    function test_RevertWhen_TheDestinationIsUnknown() external {
        Move memory move = _move(1 ether);
        move.dstEid = UNKNOWN_EID;
        _expect(move, abi.encodeWithSelector(ICollateralRouter.UnknownDestination.selector, UNKNOWN_EID));
    }

    function test_RevertWhen_TheSettleGasIsOutOfBounds() external {
        (uint256 min, uint256 max) = router.settleGasBounds();
        Move memory move = _move(1 ether);
        move.settleGas = 0;
        _expect(move, abi.encodeWithSelector(ICollateralRouter.SettleGasTooLow.selector, uint256(0), min));
        move.settleGas = uint128(max + 1);
        _expect(move, abi.encodeWithSelector(ICollateralRouter.SettleGasTooHigh.selector, max + 1, max));
    }

    function test_RevertWhen_TheDestinationWouldBeCreditedLessThanTheMinimum() external {
        Move memory move = _move(1.000_000_5 ether);
        move.minAmount = move.amount;
        _expect(move, abi.encodeWithSelector(ICollateralRouter.AmountTooSmall.selector, 1 ether, 1.000_000_5 ether));
    }

    function test_WhenTheDeadlineHasPassedAndThereIsNoPosition() external view {
        Move memory move = _move(1 ether);
        move.deadline = 0;
        assertEq(router.quote(move).nativeFee, FEE);
    }

    function test_WhenAllIsRight_ItShouldTellTheFeeWhatLeavesAndWhatArrives() external view {
        MoveQuote memory quote = router.quote(_move(1.234_567_8 ether));
        assertEq(abi.encode(quote), abi.encode(MoveQuote(FEE, 1.234_567 ether, 1.234_567 ether)));
    }

    function test_WhenAllIsRight_ItShouldBeWhatSendingThenCostsAndBrings() external {
        Move memory move = _move(1.234_567_8 ether);
        MoveQuote memory quote = router.quote(move);
        uint256 before = alice.balance;
        bytes32 guid = _deliverFrom(alice, move);
        endpoint.compose(guid);
        assertEq(before - alice.balance, quote.nativeFee);
        assertEq(router.sentMove(alice, move.id).amount, quote.amountSent);
        assertEq(router.arrival(guid).amount, quote.amountReceived);
    }
}
