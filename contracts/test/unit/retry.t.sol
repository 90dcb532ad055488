// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {RouterTest} from "../RouterTest.sol";

contract RetryTest is RouterTest {
    function _park() private returns (bytes32) {
        Move memory move = _move(1 ether);
        move.recovery = safe;
        return _parkFrom(alice, move);
    }

    function _expect(address caller, bytes32 guid, bytes memory error) private {
        vm.prank(caller);
        vm.expectRevert(error);
        router.retry(guid);
    }

    function test_RevertGiven_NothingArrivedUnderTheGuid() external {
        _expect(alice, "nothing", abi.encodeWithSelector(ICollateralRouter.NotParked.selector, bytes32("nothing")));
        // A recovery address of zero opens nothing either.
        _expect(address(0), "nothing", abi.encodeWithSelector(ICollateralRouter.NotParked.selector, bytes32("nothing")));
    }

    function test_RevertGiven_TheMoveWasCredited() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        endpoint.compose(guid);
        _expect(alice, guid, abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
    }

    function test_RevertGiven_TheAmountWasClaimed() external {
        bytes32 guid = _park();
        vm.prank(alice);
        router.claim(guid, alice);
        _expect(alice, guid, abi.encodeWithSelector(ICollateralRouter.NotParked.selector, guid));
    }

    function test_RevertWhen_TheCallerIsNeitherOwnerNorRecovery() external {
        bytes32 guid = _park();
        _expect(mallory, guid, abi.encodeWithSelector(ICollateralRouter.NotOwner.selector, mallory));
    }

    function test_RevertGiven_TheMarketStillRefuses() external {
        bytes32 guid = _park();
        destination.setPaused(true);
        _expect(alice, guid, abi.encodeWithSelector(MockAavePool.ReservePaused.selector));
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(router.totalParked(address(weth)), 1 ether);
    }

    function test_RevertGiven_TheMarketIsNotTrusted() external {
        Move memory move = _move(1 ether);
        move.dstMarket = mallory;
        bytes32 guid = _parkFrom(alice, move);
        _expect(alice, guid, abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, mallory));
    }

    /// Sent by a contract wallet that does not stand on this chain.
    function _parkForNobody() private returns (bytes32 guid) {
        Move memory move = _move(1 ether);
        move.recovery = safe;
        vm.etch(alice, hex"00");
        guid = _deliverFrom(alice, move);
        vm.etch(alice, "");
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
    }

    function test_RevertGiven_TheOwnerWasAContractAndStillHasNoCodeHere() external {
        bytes32 guid = _parkForNobody();
        _expect(safe, guid, abi.encodeWithSelector(ICollateralRouter.OwnerHasNoCode.selector, alice));
        _assertStatus(guid, ArrivalStatus.Parked);
        vm.prank(safe);
        router.claim(guid, safe);
        assertEq(weth.balanceOf(safe), 1 ether);
        assertEq(_supplied(destination, alice, address(weth)), 0);
    }

    function test_GivenTheOwnerWasAContractAndHasGotItsCodeSince() external {
        bytes32 guid = _parkForNobody();
        vm.etch(alice, hex"00");
        vm.prank(safe);
        router.retry(guid);
        _assertCredited(guid);
    }

    function test_GivenTheMarketTakesIt_WhenTheOwnerCalls() external {
        bytes32 guid = _park();
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveCredited(
            guid, alice, Action.Supply, address(destination), 0, address(weth), 1 ether, 0
        );
        vm.prank(alice);
        router.retry(guid);
        _assertCredited(guid);
    }

    function test_GivenTheMarketTakesIt_WhenTheRecoveryAddressCalls() external {
        bytes32 guid = _park();
        vm.prank(safe);
        router.retry(guid);
        _assertCredited(guid);
        assertEq(_supplied(destination, safe, address(weth)), 0);
    }

    function _assertCredited(bytes32 guid) private view {
        _assertStatus(guid, ArrivalStatus.Credited);
        assertApproxEqAbs(_supplied(destination, alice, address(weth)), 1 ether, 1);
        assertEq(router.totalParked(address(weth)), 0);
        _assertNothingLeft(address(weth));
    }
}
