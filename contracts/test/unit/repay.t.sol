// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {HookToken} from "../mocks/HookToken.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice What arrives to lower a debt.
contract RepayTest is RouterTest {
    function _repayment(address asset, uint256 amount) private view returns (Move memory move) {
        move = _move(amount);
        move.asset = asset;
        move.action = Action.Repay;
    }

    function _owe(uint256 amount) private {
        _borrow(destination, alice, address(weth), amount);
    }

    function _composeExpecting(bytes32 guid, uint256 amount, uint256 left) private {
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveCredited(
            guid, alice, Action.Repay, address(destination), 0, address(weth), amount, left
        );
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        _assertNothingLeft(address(weth));
    }

    function _composeParked(bytes32 guid, bytes memory reason) private {
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveParked(
            guid, alice, Action.Repay, address(destination), 0, address(weth), 1 ether, reason
        );
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(weth.balanceOf(address(router)), 1 ether);
        assertEq(weth.allowance(address(router), address(destination)), 0);
    }

    function test_GivenTheOwnerOwesMore() external {
        _owe(2.5 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        // Some tokens refuse to transfer nothing.
        vm.expectCall(address(weth), abi.encodeCall(IERC20.transfer, (alice, 0)), 0);
        _composeExpecting(guid, 1 ether, 0);
        assertApproxEqAbs(_owed(destination, alice, address(weth)), 1.5 ether, 2);
        assertEq(weth.balanceOf(alice), 0);
        assertEq(_supplied(destination, alice, address(weth)), 0);
    }

    function test_GivenTheOwnerOwesLess() external {
        _owe(0.4 ether);
        uint256 debt = _owed(destination, alice, address(weth));
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        _composeExpecting(guid, 1 ether, 1 ether - debt);
        assertEq(_owed(destination, alice, address(weth)), 0);
        assertEq(weth.balanceOf(alice), 1 ether - debt);
    }

    function test_GivenTheOwnerOwesNothing() external {
        _composeParked(
            _deliverFrom(alice, _repayment(address(weth), 1 ether)),
            abi.encodeWithSelector(ICollateralRouter.NoDebt.selector, address(destination), address(weth), alice)
        );
    }

    function test_GivenTheMarketLowersNoDebt() external {
        _owe(2 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        destination.setForgivesNothing(true);
        _composeParked(guid, abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, uint256(0), 1 ether));
    }

    /// What the market's rounding may take: ten units, and no more.
    function test_GivenTheMarketLowersTheDebtByALittleLess() external {
        destination.setDebtIndex(1e27);
        _owe(5 ether);
        destination.setWithholds(10);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        _composeExpecting(guid, 1 ether, 0);
        Move memory move = _repayment(address(weth), 1 ether);
        move.id = "2";
        guid = _deliverFrom(alice, move);
        destination.setWithholds(11);
        _composeParked(guid, abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 1 ether - 11, 1 ether));
    }

    function test_GivenTheMarketIsFrozen() external {
        _owe(2 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        destination.setFrozen(true);
        _composeExpecting(guid, 1 ether, 0);
    }

    function test_GivenTheMarketIsPaused() external {
        _owe(2 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        destination.setPaused(true);
        _composeParked(guid, abi.encodeWithSelector(MockAavePool.ReservePaused.selector));
        destination.setPaused(false);
        vm.prank(alice);
        router.retry(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        assertApproxEqAbs(_owed(destination, alice, address(weth)), 1 ether, 2);
        _assertNothingLeft(address(weth));
    }

    function test_GivenTheMarketLeavesAUnitOfItsAllowance() external {
        _owe(2 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        bytes memory allowance = abi.encodeCall(weth.allowance, (address(router), address(destination)));
        vm.mockCall(address(weth), allowance, abi.encode(1));
        vm.expectCall(address(weth), abi.encodeCall(weth.approve, (address(destination), 0)), 1);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    function test_GivenTheMarketLeavesSomeOfItsAllowance() external {
        _owe(2 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        destination.setKeepsAllowance(true);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        assertEq(weth.allowance(address(router), address(destination)), 0);
    }

    function test_GivenTheTokenRefusesTheOwnerWhatIsLeft() external {
        _borrow(destination, alice, address(hookToken), 0.4 ether);
        bytes32 guid = _deliverFrom(alice, _repayment(address(hookToken), 1 ether));
        hookToken.setBlocked(alice, true);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertApproxEqAbs(_owed(destination, alice, address(hookToken)), 0.4 ether, 1);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(HookToken.Blocked.selector, alice));
        router.retry(guid);
        vm.prank(alice);
        router.claim(guid, bob);
        assertEq(hookToken.balanceOf(bob), 1 ether);
    }

    function test_GivenTheDestinationMarketHasNoIds() external {
        _owe(2 ether);
        Move memory move = _repayment(address(weth), 1 ether);
        move.dstMarketId = "id";
        bytes32 guid = _deliverFrom(alice, move);
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveParked(
            guid,
            alice,
            Action.Repay,
            address(destination),
            "id",
            address(weth),
            1 ether,
            abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, bytes32("id"))
        );
        endpoint.compose(guid);
        assertEq(router.arrival(guid).marketId, bytes32("id"));
        assertEq(uint256(router.arrival(guid).action), uint256(Action.Repay));
    }

    function test_ItShouldAllowTheMarketNoMoreThanIsPaid() external {
        _owe(0.4 ether);
        uint256 debt = _owed(destination, alice, address(weth));
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), 1 ether));
        vm.expectCall(address(weth), abi.encodeCall(IERC20.approve, (address(destination), debt)), 1);
        vm.expectCall(address(destination), abi.encodeCall(MockAavePool.repay, (address(weth), debt, 2, alice)), 1);
        endpoint.compose(guid);
    }

    /// What arrives is less debt or in the wallet, to the unit of rounding, and nobody else has more or less.
    function testFuzz_ItShouldBeTheSameSumWhateverIsOwed(uint256 amount, uint256 debt, uint256 index, uint256 gift)
        external
    {
        amount = bound(amount, 1, 1e9) * 1e12;
        debt = bound(debt, 1e6, 1e24);
        gift = bound(gift, 0, 1e24);
        destination.setDebtIndex(bound(index, 1e27, 5e27));
        _owe(debt);
        weth.mint(address(router), gift);
        uint256 owed = _owed(destination, alice, address(weth));
        bytes32 guid = _deliverFrom(alice, _repayment(address(weth), amount));
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        uint256 reduced = owed - _owed(destination, alice, address(weth));
        assertApproxEqAbs(reduced + weth.balanceOf(alice), amount, 5);
        assertEq(weth.balanceOf(alice), amount > owed ? amount - owed : 0);
        assertEq(weth.balanceOf(address(router)), gift);
    }
}
