// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

contract SendFuzzTest is RouterTest {
    /// What leaves the position is what was sent and the dust, and what was sent is what arrives: for any amount, any index
    /// of the pool, 6 or 18 decimals, with and without allowances to the route.
    function testFuzz_NothingIsLostOnTheWay(uint256 amount, uint256 sourceIndex, uint256 destinationIndex, bool stable)
        external
    {
        source.setIndex(bound(sourceIndex, 1e27, 5e27));
        destination.setIndex(bound(destinationIndex, 1e27, 5e27));
        address asset = stable ? address(usdc) : address(weth);
        amount = stable ? bound(amount, 10, 1e13) : bound(amount, 1e12, 1e27);
        _supply(alice, asset, amount + 100);
        uint256 before = _supplied(source, alice, asset);
        _allow(alice, asset, amount + 2);
        Move memory move = _move(amount);
        move.asset = asset;
        bytes32 guid = _send(alice, move);

        uint256 sent = router.sentMove(alice, move.id).amount;
        uint256 rate = stable ? 1 : 1e12;
        assertEq(sent, amount / rate * rate, "sent");
        assertEq(usdc.balanceOf(alice) + weth.balanceOf(alice), amount - sent, "dust");
        assertApproxEqAbs(before - _supplied(source, alice, asset), amount, 5, "position");
        _assertNothingLeft(asset);

        endpoint.deliver(guid);
        _composeAsBought(guid);
        assertEq(router.arrival(guid).amount, sent, "arrived");
        assertApproxEqAbs(_supplied(destination, alice, asset), sent, 5, "credited");
        _assertNothingLeft(asset);
    }

    /// The whole supply can be moved at any index, with the allowance of the whole and no more.
    function testFuzz_TheWholeSupplyCanBeMoved(uint256 amount, uint256 index) external {
        source.setIndex(bound(index, 1e27, 5e27));
        // The pool's rounding may owe a unit more than was supplied: others' liquidity pays it.
        _supply(bob, address(usdc), 1000);
        _supply(alice, address(usdc), bound(amount, 10, 1e13));
        uint256 whole = _supplied(source, alice, address(usdc));
        _allow(alice, address(usdc), whole);
        Move memory move = _move(whole);
        move.asset = address(usdc);
        _send(alice, move);
        assertEq(_supplied(source, alice, address(usdc)), 0);
        _assertNothingLeft(address(usdc));
    }

    /// Threat B24: a move goes through exactly if the pool's own health afterwards is what the caller asked for.
    function testFuzz_TheHealthDecides(uint256 amount, uint256 debt, uint256 minHealthFactor) external {
        amount = bound(amount, 1e12, 9 ether);
        debt = bound(debt, 0, 8 ether);
        minHealthFactor = bound(minHealthFactor, 1e18, 5e18);
        _supply(alice, address(weth), 10 ether);
        _allow(alice, address(weth), amount + 2);
        source.setDebt(alice, debt);
        Move memory move = _move(amount);
        move.minHealthFactor = minHealthFactor;
        vm.prank(alice);
        try router.send{value: FEE}(move) {
            (,,,,, uint256 healthFactor) = source.getUserAccountData(alice);
            assertGe(healthFactor, minHealthFactor);
        } catch {
            // Without a debt no health can be too low.
            assertGt(debt, 0);
            uint256 left = _supplied(source, alice, address(weth)) - amount;
            assertLe((left - 2) * 0.8e18 / debt, minHealthFactor);
        }
    }

    /// Threat B25: never less than the caller's minimum, and no refusal above it.
    function testFuzz_TheMinimumHolds(uint256 amount, uint256 minAmount) external {
        amount = bound(amount, 1, 10 ether);
        minAmount = bound(minAmount, 0, 10 ether);
        _supply(alice, address(weth), 20 ether);
        _allow(alice, address(weth), amount + 2);
        Move memory move = _move(amount);
        move.minAmount = minAmount;
        uint256 deliverable = amount / 1e12 * 1e12;
        bool refused = deliverable < minAmount || deliverable == 0;
        if (refused) {
            vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AmountTooSmall.selector, deliverable, minAmount));
        }
        vm.prank(alice);
        router.send{value: FEE}(move);
        assertEq(router.sentMove(alice, move.id).amount, refused ? 0 : deliverable);
    }

    /// Threat B20: the caller pays the fee and nothing else; the router keeps nothing.
    function testFuzz_TheSurplusComesBack(uint256 value) external {
        value = bound(value, FEE, 100 ether);
        _supply(alice, address(weth), 2 ether);
        _allow(alice, address(weth), 2 ether);
        vm.prank(alice);
        router.send{value: value}(_move(1 ether));
        assertEq(alice.balance, 100 ether - FEE);
        assertEq(address(router).balance, 0);
    }
}
