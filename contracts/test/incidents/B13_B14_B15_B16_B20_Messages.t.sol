// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOFT, MessagingFee, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B13, B14, B15, B16 and B20: value that goes astray, gas that does not suffice, coins that are paid out with
/// 2,300 gas, and a bus that drops the message.
contract B13_B14_B15_B16_B20_MessagesTest is RouterTest {
    bytes32 private delivered;

    function setUp() public override {
        super.setUp();
        delivered = _deliverFrom(bob, _move(1 ether));
    }

    /// B13: no value stays, whatever is sent along.
    function testFuzz_ValueAlongIsRefused(uint256 value) external {
        value = bound(value, 1, 50 ether);
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnexpectedValue.selector, value));
        endpoint.compose{value: value}(delivered);
        assertEq(address(router).balance, 0);
        endpoint.compose(delivered);
        _assertStatus(delivered, ArrivalStatus.Credited);
    }

    /// B14: run with too little, then by a stranger with enough.
    function test_WhatRanOutOfGasCanBeRunAgainByAnybody() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        vm.startPrank(mallory);
        vm.expectPartialRevert(ICollateralRouter.NotEnoughGas.selector);
        endpoint.compose{gas: SETTLE_GAS + 30_000}(guid);
        assertTrue(endpoint.isQueued(guid));
        endpoint.compose(guid);
        vm.stopPrank();
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    /// B15: the route for coins pays with 2,300 gas (see {CoinOFT}), also when the router knows of it nothing yet.
    function test_CoinsArriveWith2300Gas() external {
        Move memory move = _move(1 ether);
        move.asset = address(coin);
        bytes32 guid = _sendFrom(alice, move);
        vm.cool(address(router));
        endpoint.deliver(guid);
        assertEq(coinOft.paidOut(), 1 ether);
        assertEq(address(router).balance, 1 ether);
    }

    /// B16, I19: whatever the move, the route is told: this router, at once, with a message, the minimum, and the caller for
    /// the surplus.
    function testFuzz_ItIsAlwaysATaxiWithAMessage(uint256 amount, uint128 deliveryGas, uint256 settleGas, bool repays)
        external
    {
        (uint256 min, uint256 max) = router.settleGasBounds();
        Move memory move = _move(bound(amount, 1, 1e9) * 1e12);
        move.minAmount = move.amount;
        move.deliveryGas = deliveryGas;
        move.settleGas = uint128(bound(settleGas, min, max));
        move.action = repays ? Action.Repay : Action.Supply;
        move.dstMarketId = bytes32(amount);
        move.recovery = safe;
        _supply(alice, address(weth), move.amount + 10);
        _allow(alice, address(weth), move.amount + 2);
        uint256 inner = (uint256(move.settleGas) * 64 + 62) / 63;
        uint128 composeGas = uint128(((inner + 325_000) * 64 + 62) / 63);
        SendParam memory param = SendParam(
            REMOTE_EID,
            _self(),
            move.amount,
            move.minAmount,
            abi.encodePacked(hex"000301001101", deliveryGas, hex"010013030000", composeGas),
            MoveMessage(alice, false, safe, address(destination), move.dstMarketId, move.action, uint32(move.settleGas))
                .encode(),
            ""
        );
        vm.expectCall(address(weth), FEE, abi.encodeCall(IOFT.send, (param, MessagingFee(FEE, 0), alice)), 1);
        _send(alice, move);
    }

    /// B20: of what the caller attaches, the fee is spent and the rest comes back, for tokens and for coins.
    function testFuzz_TheCallerGetsTheSurplus(uint256 value, bool coins) external {
        value = bound(value, FEE, 90 ether);
        Move memory move = _move(1 ether);
        if (coins) move.asset = address(coin);
        _supply(alice, move.asset, 2 ether);
        _allow(alice, move.asset, 2 ether);
        vm.prank(alice);
        router.send{value: value}(move);
        assertEq(alice.balance, 100 ether - FEE);
        assertEq(address(router).balance, 0);
    }
}
