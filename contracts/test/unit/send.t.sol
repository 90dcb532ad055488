// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IOFT, MessagingFee, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {Action, ICollateralRouter, Move, RouterConfig, SentMove} from "../../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {LoopbackEndpoint} from "../mocks/LoopbackEndpoint.sol";
import {OddOFT} from "../mocks/OddOFT.sol";
import {RouterTest} from "../RouterTest.sol";

contract SendTest is RouterTest {
    function _expect(address user, Move memory move, bytes memory error) private {
        vm.prank(user);
        vm.expectRevert(error);
        router.send{value: FEE}(move);
    }

    function test_RevertWhen_TheDeadlineHasPassed() external {
        Move memory move = _move(1 ether);
        vm.warp(uint256(move.deadline) + 1);
        _expect(
            alice,
            move,
            abi.encodeWithSelector(ICollateralRouter.DeadlineExpired.selector, move.deadline, block.timestamp)
        );
    }

    function test_WhenTheBlockIsAtTheDeadline() external {
        Move memory move = _move(1 ether);
        vm.warp(move.deadline);
        assertNotEq(_sendFrom(alice, move), bytes32(0));
    }

    function test_RevertWhen_TheAmountIsZero() external {
        _expect(alice, _move(0), abi.encodeWithSelector(ICollateralRouter.ZeroAmount.selector));
    }

    function test_RevertWhen_NoTrustedOFTCarriesTheAsset() external {
        Move memory move = _move(1 ether);
        move.asset = address(usdcOft);
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(usdcOft)));
    }

    function test_RevertWhen_TheDestinationIsUnknown() external {
        Move memory move = _move(1 ether);
        move.dstEid = UNKNOWN_EID;
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownDestination.selector, UNKNOWN_EID));
    }

    function test_RevertWhen_TheDestinationIsThisChain() external {
        Move memory move = _move(1 ether);
        move.dstEid = OWN_EID;
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownDestination.selector, OWN_EID));
    }

    function test_RevertWhen_TheSettleGasIsBelowTheMinimum() external {
        (uint256 min,) = router.settleGasBounds();
        Move memory move = _move(1 ether);
        move.settleGas = uint128(min - 1);
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.SettleGasTooLow.selector, min - 1, min));
    }

    function test_RevertWhen_TheSettleGasIsAboveTheMaximum() external {
        (, uint256 max) = router.settleGasBounds();
        Move memory move = _move(1 ether);
        move.settleGas = uint128(max + 1);
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.SettleGasTooHigh.selector, max + 1, max));
        move.settleGas = type(uint128).max;
        _expect(
            alice, move, abi.encodeWithSelector(ICollateralRouter.SettleGasTooHigh.selector, type(uint128).max, max)
        );
    }

    function test_RevertWhen_TheDestinationMarketIsZero() external {
        Move memory move = _move(1 ether);
        move.dstMarket = address(0);
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, address(0)));
    }

    function test_RevertWhen_TheSourceMarketIsNotTrusted() external {
        Move memory move = _move(1 ether);
        move.market = mallory;
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, mallory));
    }

    function test_RevertWhen_TheMarketDoesNotListTheAsset() external {
        OddOFT odd = new OddOFT(address(endpoint));
        RouterConfig memory config = _config();
        config.ofts[0] = address(odd);
        router = new CollateralRouter(config);
        Move memory move = _move(1 ether);
        move.asset = address(odd);
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(odd)));
    }

    function test_RevertWhen_TheSourceMarketHasNoIds() external {
        Move memory move = _move(1 ether);
        move.marketId = "id";
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, bytes32("id")));
    }

    function test_RevertWhen_TheCallerHasCodeAndThereIsNoRecoveryAddress() external {
        vm.etch(bob, hex"00");
        _expect(bob, _move(1 ether), abi.encodeWithSelector(ICollateralRouter.RecoveryRequired.selector, bob));
    }

    function test_GivenTheCallerHasCode_WhenThereIsARecoveryAddress() external {
        vm.etch(bob, hex"00");
        Move memory move = _move(1 ether);
        move.recovery = safe;
        bytes32 guid = _sendFrom(bob, move);
        assertEq(
            _bodyOf(guid), MoveMessage(bob, true, safe, address(destination), 0, Action.Supply, SETTLE_GAS).encode()
        );
    }

    function test_GivenTheCallerDelegatesToCode() external {
        vm.etch(bob, abi.encodePacked(hex"ef0100", address(router)));
        Move memory move = _move(1 ether);
        _expect(bob, move, abi.encodeWithSelector(ICollateralRouter.RecoveryRequired.selector, bob));
        move.recovery = bob;
        bytes32 guid = _sendFrom(bob, move);
        assertEq(
            _bodyOf(guid), MoveMessage(bob, false, bob, address(destination), 0, Action.Supply, SETTLE_GAS).encode()
        );
    }

    function test_RevertGiven_TheIdWasSentByTheCaller() external {
        Move memory move = _move(1 ether);
        _sendFrom(alice, move);
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        move.amount = 0.5 ether;
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.MoveAlreadySent.selector, alice, move.id));
    }

    function test_GivenTheIdWasSentBySomebodyElse() external {
        Move memory move = _move(1 ether);
        bytes32 first = _sendFrom(alice, move);
        bytes32 second = _sendFrom(bob, move);
        assertEq(router.sentMove(alice, move.id).guid, first);
        assertEq(router.sentMove(bob, move.id).guid, second);
    }

    function test_RevertGiven_TheAllowanceIsBelowTheAmount() external {
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 1 ether - 1);
        _expectNotAvailable(_supplied(source, alice, address(weth)), 1 ether - 1);
    }

    function test_RevertGiven_TheSupplyIsBelowTheAmount() external {
        _supply(alice, address(weth), 0.5 ether);
        _allow(alice, address(weth), type(uint256).max);
        _expectNotAvailable(_supplied(source, alice, address(weth)), type(uint256).max);
    }

    function test_RevertWhen_TheAmountIsTheGreatestNumber() external {
        _supply(alice, address(weth), 1 ether);
        uint256 balance = _supplied(source, alice, address(weth));
        for (uint256 less = 0; less < 3; ++less) {
            _expectNotAvailable(balance, 0, type(uint256).max - less);
        }
    }

    function _expectNotAvailable(uint256 balance, uint256 allowance) private {
        _expectNotAvailable(balance, allowance, 1 ether);
    }

    function _expectNotAvailable(uint256 balance, uint256 allowance, uint256 amount) private {
        _expect(
            alice,
            _move(amount),
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotAvailable.selector,
                address(source.aTokenOf(address(weth))),
                balance,
                allowance,
                amount
            )
        );
    }

    function test_RevertGiven_TheAllowanceIsTheAmountAndRoundingTakesFromIt() external {
        // 5 of these arrive as round(round(5 / 2.4) * 2.4) = 5, but 1 ether - 1 arrive as one less.
        source.setIndex(2.4e27);
        _supply(alice, address(weth), 2 ether);
        uint256 amount = 1 ether;
        while (_arriving(amount) >= amount) ++amount;
        _allow(alice, address(weth), amount);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSignature("NotEnoughBalance()"));
        router.send{value: FEE}(_move(amount));
        _assertNothingLeft(address(weth));
    }

    /// What a transfer of this much makes of an empty balance.
    function _arriving(uint256 amount) private view returns (uint256) {
        uint256 index = source.index();
        return (((amount * 1e27 + index / 2) / index) * index + 0.5e27) / 1e27;
    }

    function test_GivenTheWholeSupplyIsMoved() external {
        _supply(alice, address(usdc), 1234.567891e6);
        uint256 whole = _supplied(source, alice, address(usdc));
        _allow(alice, address(usdc), type(uint256).max);
        Move memory move = _move(whole);
        move.asset = address(usdc);
        _send(alice, move);
        assertEq(_supplied(source, alice, address(usdc)), 0);
        _assertNothingLeft(address(usdc));
    }

    function test_RevertWhen_TheHealthAfterTheWithdrawalIsBelowTheMinimum() external {
        uint256 healthFactor = _healthAfterMoving();
        Move memory move = _move(5 ether);
        move.minHealthFactor = healthFactor + 1;
        _expect(
            alice,
            move,
            abi.encodeWithSelector(ICollateralRouter.SourceHealthTooLow.selector, healthFactor, healthFactor + 1)
        );
    }

    function test_WhenTheHealthAfterTheWithdrawalIsTheMinimum() external {
        uint256 healthFactor = _healthAfterMoving();
        Move memory move = _move(5 ether);
        move.minHealthFactor = healthFactor;
        assertNotEq(_send(alice, move), bytes32(0));
    }

    /// Tries the move without a minimum, and undoes it.
    function _healthAfterMoving() private returns (uint256 healthFactor) {
        _supply(alice, address(weth), 10 ether);
        _allow(alice, address(weth), 10 ether);
        source.setDebt(alice, 2 ether);
        uint256 snapshot = vm.snapshotState();
        Move memory move = _move(5 ether);
        move.minHealthFactor = 0;
        _send(alice, move);
        (,,,,, healthFactor) = source.getUserAccountData(alice);
        assertApproxEqAbs(healthFactor, 2e18, 2);
        vm.revertToState(snapshot);
    }

    function test_RevertWhen_TheDestinationWouldBeCreditedLessThanTheMinimum() external {
        Move memory move = _move(1.000_000_5 ether);
        move.minAmount = 1.000_000_1 ether;
        _expect(
            alice, move, abi.encodeWithSelector(ICollateralRouter.AmountTooSmall.selector, 1 ether, 1.000_000_1 ether)
        );
    }

    function test_RevertWhen_TheAmountIsAllDust() external {
        _expect(alice, _move(0.9e12), abi.encodeWithSelector(ICollateralRouter.AmountTooSmall.selector, uint256(0), 0));
    }

    function test_RevertWhen_TheRouteDeliversLessThanItPromised() external {
        OddOFT odd = _useOdd();
        odd.setShortfall(1);
        Move memory move = _prepareOdd(odd);
        move.minAmount = 1 ether;
        _expect(alice, move, abi.encodeWithSelector(ICollateralRouter.AmountTooSmall.selector, 1 ether - 1, 1 ether));
    }

    function test_WhenTheAmountHasDust() external {
        Move memory move = _move(1.234_567_891_234_567_891 ether);
        bytes32 guid = _sendFrom(alice, move);
        assertEq(weth.balanceOf(alice), 0.000_000_891_234_567_891 ether, "dust");
        assertEq(router.sentMove(alice, move.id).amount, 1.234_567 ether, "sent");
        _assertNothingLeft(address(weth));
        endpoint.deliver(guid);
        assertEq(weth.balanceOf(address(router)), 1.234_567 ether, "delivered");
    }

    function test_RevertWhen_TheFeeIsNotCovered() external {
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(LoopbackEndpoint.InsufficientFee.selector, FEE, FEE - 1));
        router.send{value: FEE - 1}(_move(1 ether));
    }

    function test_WhenTheFeeIsMoreThanCovered() external {
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        uint256 before = alice.balance;
        vm.prank(alice);
        router.send{value: 3 ether}(_move(1 ether));
        assertEq(before - alice.balance, FEE);
        assertEq(address(router).balance, 0);
    }

    function test_WhenTheRouteIsAnAdapter() external {
        Move memory move = _move(1000.123456e6);
        move.asset = address(usdc);
        vm.expectCall(address(usdc), abi.encodeCall(IERC20.approve, (address(usdcOft), 1000.123456e6)), 1);
        _sendFrom(alice, move);
        assertEq(usdc.balanceOf(address(usdcOft)), 1000.123456e6);
        _assertNothingLeft(address(usdc));
    }

    function test_WhenTheRouteLeavesSomeOfItsAllowance() external {
        OddOFT odd = _useOdd();
        Move memory move = _prepareOdd(odd);
        odd.setRefused(0.25 ether);
        uint256 before = odd.balanceOf(alice);
        _send(alice, move);
        assertEq(odd.allowance(address(router), address(odd)), 0, "allowance");
        assertEq(odd.balanceOf(alice) - before, 0.25 ether, "what the route did not take");
        assertEq(odd.balanceOf(address(router)), 0, "left");
    }

    function test_WhenAllIsRight_ItShouldEmitMoveSent() external {
        Move memory move = _move(1 ether);
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        bytes32 guid = keccak256(
            abi.encodePacked(uint64(1), OWN_EID, address(weth), REMOTE_EID, bytes32(uint256(uint160(address(weth)))))
        );
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveSent(
            guid, alice, move.id, address(weth), 1 ether, REMOTE_EID, Action.Supply, address(destination), 0
        );
        assertEq(_send(alice, move), guid);
    }

    function test_WhenAllIsRight_ItShouldRecordTheMove() external {
        Move memory move = _move(1 ether);
        bytes32 guid = _sendFrom(alice, move);
        SentMove memory sent = router.sentMove(alice, move.id);
        assertEq(
            abi.encode(sent),
            abi.encode(SentMove(guid, move.id, address(weth), REMOTE_EID, 1, 1 ether, uint64(block.timestamp)))
        );
    }

    function test_WhenAllIsRight_ItShouldDebitThePositionByTheAmount() external {
        _supply(alice, address(weth), 5 ether);
        uint256 before = _supplied(source, alice, address(weth));
        _allow(alice, address(weth), 5 ether);
        _send(alice, _move(2 ether));
        assertApproxEqAbs(before - _supplied(source, alice, address(weth)), 2 ether, 2);
    }

    function test_WhenAllIsRight_ItShouldLeaveNothingInTheRouter() external {
        _sendFrom(alice, _move(2 ether));
        _assertNothingLeft(address(weth));
    }

    function test_WhenAllIsRight_ItShouldBuyTheGasAndSendTheMessageThatTheMoveNames() external {
        Move memory move = _move(2 ether);
        move.recovery = safe;
        bytes32 guid = _sendFrom(alice, move);
        // Supply gas, a 64th on top, the overhead, a 64th on top.
        uint256 inner = (uint256(SETTLE_GAS) * 64 + 62) / 63;
        uint128 composeGas = uint128(((inner + 325_000) * 64 + 62) / 63);
        assertEq(
            endpoint.packetOf(guid).options,
            abi.encodePacked(hex"0003", hex"01001101", uint128(200_000), hex"010013030000", composeGas)
        );
        assertEq(endpoint.composeGasOf(guid), composeGas);
        assertEq(
            _bodyOf(guid), MoveMessage(alice, false, safe, address(destination), 0, Action.Supply, SETTLE_GAS).encode()
        );
    }

    /// Threats B16 and B20: what the route is told, in full.
    function test_WhenAllIsRight_ItShouldTellTheRouteTheMinimumTheComposeAndWhomToRefund() external {
        Move memory move = _move(2 ether);
        move.minAmount = 1.9 ether;
        _supply(alice, address(weth), 3 ether);
        _allow(alice, address(weth), 3 ether);
        uint128 composeGas = uint128((((uint256(SETTLE_GAS) * 64 + 62) / 63 + 325_000) * 64 + 62) / 63);
        SendParam memory param = SendParam({
            dstEid: REMOTE_EID,
            to: _self(),
            amountLD: 2 ether,
            minAmountLD: 1.9 ether,
            extraOptions: abi.encodePacked(hex"000301001101", uint128(200_000), hex"010013030000", composeGas),
            composeMsg: MoveMessage(alice, false, address(0), address(destination), 0, Action.Supply, SETTLE_GAS)
                .encode(),
            oftCmd: ""
        });
        vm.expectCall(
            address(weth), 0.5 ether, abi.encodeCall(IOFT.send, (param, MessagingFee(0.5 ether, 0), alice)), 1
        );
        vm.prank(alice);
        router.send{value: 0.5 ether}(move);
    }

    /// The OFT's message: receiver, amount in shared decimals, sender, then the router's own.
    function _bodyOf(bytes32 guid) private view returns (bytes memory body) {
        bytes memory message = endpoint.packetOf(guid).message;
        body = new bytes(message.length - 72);
        for (uint256 i = 0; i < body.length; ++i) {
            body[i] = message[72 + i];
        }
    }

    function _useOdd() private returns (OddOFT odd) {
        odd = new OddOFT(address(endpoint));
        source.list(address(odd), true);
        RouterConfig memory config = _config();
        config.ofts[0] = address(odd);
        router = new CollateralRouter(config);
    }

    function _prepareOdd(OddOFT odd) private returns (Move memory move) {
        move = _move(1 ether);
        move.asset = address(odd);
        _supply(alice, address(odd), 2 ether);
        _allow(alice, address(odd), 2 ether);
    }
}
