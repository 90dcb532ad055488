// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    DevnetAdaptiveCurveIrm,
    DevnetMarketParams,
    DevnetMarketState
} from "../../src/devnet/DevnetAdaptiveCurveIrm.sol";
import {RouterTest} from "../RouterTest.sol";

contract DevnetAdaptiveCurveIrmTest is RouterTest {
    DevnetAdaptiveCurveIrm private irm;
    DevnetMarketParams private params;
    bytes32 private id;

    uint256 private constant FIRST_RATE = uint256(0.04e18) / 365 days;

    function setUp() public override {
        super.setUp();
        vm.warp(1000 days);
        irm = new DevnetAdaptiveCurveIrm(address(this));
        id = keccak256(abi.encode(params));
    }

    function _market(uint128 borrowed) private view returns (DevnetMarketState memory state) {
        state.totalSupplyAssets = 1 ether;
        state.totalBorrowAssets = borrowed;
        state.lastUpdate = uint128(block.timestamp);
    }

    function _after(uint128 borrowed, uint256 elapsed) private returns (uint256 average, uint256 target) {
        irm.borrowRate(params, _market(borrowed));
        DevnetMarketState memory state = _market(borrowed);
        vm.warp(block.timestamp + elapsed);
        average = irm.borrowRate(params, state);
        target = uint256(irm.rateAtTarget(id));
    }

    function test_GivenAMarketThatWasNeverUpdated() external {
        assertEq(irm.borrowRate(params, _market(0.9 ether)), FIRST_RATE);
        assertEq(uint256(irm.rateAtTarget(id)), FIRST_RATE);
        // Four times as much where all is lent.
        assertEq(irm.borrowRateView(params, _market(1 ether)), 4 * FIRST_RATE);
    }

    function test_GivenAMarketAtTheTarget() external {
        (uint256 average, uint256 target) = _after(0.9 ether, 900 days);
        assertEq(average, FIRST_RATE);
        assertEq(target, FIRST_RATE);
    }

    function test_GivenAMarketAboveTheTarget() external {
        // 4 % * exp(50 * 45 / 365 * 50 %) is 87.22 % a year.
        (, uint256 target) = _after(0.95 ether, 45 days);
        assertApproxEqRel(target, uint256(0.8722e18) / 365 days, 0.005e18);
        (, target) = _after(1 ether, 900 days);
        assertEq(target, uint256(2e18) / 365 days);
    }

    function test_GivenAMarketBelowTheTarget() external {
        // The average of exp(-50 / 365 * x) over five days is 0.724, of a quarter of 4 %.
        (uint256 average,) = _after(0, 5 days);
        assertApproxEqRel(average, uint256(0.00724e18) / 365 days, 0.02e18);
        (, uint256 target) = _after(0, 900 days);
        assertEq(target, uint256(0.001e18) / 365 days);
    }

    function test_WhenItIsOnlyAsked() external {
        irm.borrowRate(params, _market(0.5 ether));
        DevnetMarketState memory state = _market(0.5 ether);
        vm.warp(block.timestamp + 3 days);
        int256 before = irm.rateAtTarget(id);
        uint256 said = irm.borrowRateView(params, state);
        assertEq(irm.rateAtTarget(id), before);
        assertEq(irm.borrowRate(params, state), said);
    }

    function test_WhenSomebodyElseThanMorphoMovesTheRate() external {
        vm.prank(address(1));
        vm.expectRevert(abi.encodeWithSelector(DevnetAdaptiveCurveIrm.NotMorpho.selector, address(1)));
        irm.borrowRate(params, _market(0.5 ether));
    }
}
