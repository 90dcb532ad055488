// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    IOFT,
    MessagingFee,
    MessagingReceipt,
    OFTReceipt,
    SendParam
} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {ArrivalStatus, ICollateralRouter, Move, MoveQuote} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Moves of the native coin: it lies in markets wrapped, and crosses chains unwrapped.
contract CoinsTest is RouterTest {
    function _coinMove(uint256 amount) private view returns (Move memory move) {
        move = _move(amount);
        move.asset = address(coin);
    }

    function _assertNothingOfCoinsLeft() private view {
        _assertNothingLeft(address(coin));
        assertEq(address(router).balance, 0, "coins left");
    }

    function test_Send_WhenTheRouteCarriesCoins() external {
        Move memory move = _coinMove(1.234_567_891 ether);
        _supply(alice, address(coin), 2 ether);
        _allow(alice, address(coin), 2 ether);
        uint256 before = alice.balance;
        vm.prank(alice);
        router.send{value: 3 ether}(move);
        assertEq(router.sentMove(alice, move.id).amount, 1.234_567 ether, "sent");
        assertEq(address(coinOft).balance, 1.234_567 ether, "locked by the route");
        assertEq(coin.balanceOf(alice), 0.000_000_891 ether, "dust, wrapped");
        assertEq(before - alice.balance, FEE, "surplus, in coins");
        _assertNothingOfCoinsLeft();
    }

    function test_Send_WhenTheRouteSaysItWantsAnApproval() external {
        vm.mockCall(address(coinOft), abi.encodeCall(IOFT.approvalRequired, ()), abi.encode(true));
        _sendFrom(alice, _coinMove(1 ether));
        assertEq(coin.allowance(address(router), address(coinOft)), 0);
        _assertNothingOfCoinsLeft();
    }

    function test_Send_RevertWhen_TheRouteTakesAnotherAmountThanItSaid() external {
        _supply(alice, address(coin), 2 ether);
        _allow(alice, address(coin), 2 ether);
        vm.mockCall(
            address(coinOft),
            abi.encodeWithSelector(IOFT.send.selector),
            abi.encode(MessagingReceipt("guid", 1, MessagingFee(FEE, 0)), OFTReceipt(0.9 ether, 0.9 ether))
        );
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.RouteTookOtherwise.selector, 0.9 ether, 1 ether));
        router.send{value: FEE}(_coinMove(1 ether));
    }

    function test_Send_RevertWhen_UnwrappingPaysTooLittle() external {
        // Bob's coins are delivered and not composed: they would make up for what is missing.
        Move memory bobs = _coinMove(5 ether);
        _deliverFrom(bob, bobs);
        assertEq(address(router).balance, 5 ether);
        _supply(alice, address(coin), 2 ether);
        _allow(alice, address(coin), 2 ether);
        coin.setShortfall(3);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.UnbackedCredit.selector, address(0), 5 ether - 3, 5 ether)
        );
        router.send{value: FEE}(_coinMove(1 ether));
        assertEq(address(router).balance, 5 ether);
    }

    function test_Send_WhenItIsQuoted() external view {
        assertEq(abi.encode(router.quote(_coinMove(1.5 ether))), abi.encode(MoveQuote(FEE, 1.5 ether, 1.5 ether)));
    }

    function test_LzCompose_WhenCoinsArrived() external {
        bytes32 guid = _deliverFrom(alice, _coinMove(1.5 ether));
        assertEq(address(router).balance, 1.5 ether);
        _composeAsBought(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        assertEq(router.arrival(guid).asset, address(coin));
        assertApproxEqAbs(_supplied(destination, alice, address(coin)), 1.5 ether, 1);
        _assertNothingOfCoinsLeft();
    }

    function test_LzCompose_RevertGiven_TheCoinsHaveNotArrived() external {
        bytes memory message = _composeMessage(REMOTE_EID, 1 ether, _self(), _body(alice));
        vm.deal(address(router), 1 ether - 1);
        vm.prank(address(endpoint));
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.UnbackedCredit.selector, address(0), 1 ether - 1, 1 ether)
        );
        router.lzCompose(address(coinOft), "phantom", message, mallory, "");
    }

    function testFuzz_LzCompose_GivenCoinsOfOthersLieThere(uint256 a, uint256 b, uint256 gift, bool swap) external {
        a = bound(a, 1, 1e7) * 1e12;
        b = bound(b, 1, 1e7) * 1e12;
        gift = bound(gift, 0, 1 ether);
        bytes32 first = _deliverFrom(alice, _coinMove(a));
        bytes32 second = _deliverFrom(bob, _coinMove(b));
        vm.deal(address(router), address(router).balance + gift);
        endpoint.compose(swap ? second : first);
        endpoint.compose(swap ? first : second);
        assertApproxEqAbs(_supplied(destination, alice, address(coin)), a, 1);
        assertApproxEqAbs(_supplied(destination, bob, address(coin)), b, 1);
        assertEq(address(router).balance, gift, "a gift stays a gift");
        assertEq(coin.balanceOf(address(router)), 0);
    }

    function test_LzCompose_RevertWhen_ValueIsSentAlong() external {
        bytes32 guid = _deliverFrom(alice, _coinMove(1 ether));
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnexpectedValue.selector, 1));
        endpoint.compose{value: 1}(guid);
        assertTrue(endpoint.isQueued(guid));
    }

    function test_LzCompose_GivenTheMarketRefuses() external {
        bytes32 guid = _parkFrom(alice, _coinMove(1 ether));
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(router.totalParked(address(coin)), 1 ether);
        assertEq(coin.balanceOf(address(router)), 1 ether);
        vm.prank(alice);
        router.claim(guid, bob);
        assertEq(coin.balanceOf(bob), 1 ether);
        _assertNothingOfCoinsLeft();
    }

    function test_LzCompose_WhenSomebodySentCoinsWithoutARouter() external {
        SendParam memory param = SendParam(
            REMOTE_EID,
            _self(),
            1 ether,
            0,
            abi.encodePacked(hex"000301001101", uint128(200_000), hex"010013030000", uint128(400_000)),
            _body(bob),
            ""
        );
        vm.prank(alice);
        (MessagingReceipt memory receipt,) = coinOft.send{value: 1 ether + FEE}(param, MessagingFee(FEE, 0), alice);
        endpoint.deliver(receipt.guid);
        _composeAsBought(receipt.guid);
        assertEq(router.arrival(receipt.guid).owner, alice);
        _assertStatus(receipt.guid, ArrivalStatus.Parked);
        vm.prank(alice);
        router.claim(receipt.guid, alice);
        assertEq(coin.balanceOf(alice), 1 ether);
    }

    /// Threat B15: the stipend of a transfer, everything cold.
    function test_Receive_ItShouldFitInto2300Gas() external {
        vm.deal(address(this), 2);
        vm.cool(address(router));
        (bool ok,) = address(router).call{value: 1, gas: 0}("");
        assertTrue(ok, "2,300 gas");
        // The value brings 2,300: with a call of its own, next to nothing is needed.
        vm.cool(address(router));
        vm.deal(address(router), 0);
        (ok,) = address(router).call{gas: 200}("");
        assertTrue(ok, "200 gas");
    }

    function test_Receive_ItShouldChangeNothing() external {
        vm.record();
        (bool ok,) = address(router).call{value: 1 ether}("");
        assertTrue(ok);
        (, bytes32[] memory writes) = vm.accesses(address(router));
        assertEq(writes.length, 0);
        assertEq(router.totalParked(address(coin)), 0);
    }
}
