// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {stdError} from "forge-std/StdError.sol";
import {DevnetFeed} from "../../src/devnet/DevnetFeed.sol";
import {DevnetMorphoOracle} from "../../src/devnet/DevnetMorphoOracle.sol";
import {RouterTest} from "../RouterTest.sol";

contract DevnetMorphoOracleTest is RouterTest {
    DevnetFeed private eth;
    DevnetFeed private usd;

    function setUp() public override {
        super.setUp();
        eth = new DevnetFeed(8, 2500e8, 1, address(this));
        usd = new DevnetFeed(8, 1e8, 1, address(this));
    }

    function _ethInUsd() private returns (DevnetMorphoOracle) {
        return new DevnetMorphoOracle(eth, usd, 18, 6);
    }

    function test_WhenBothTokensHaveAPrice() external {
        // One base unit of 18 decimals in base units of 6 decimals: 2500 / 1e12, times 1e36.
        assertEq(_ethInUsd().price(), 2500e24);
        assertEq(new DevnetMorphoOracle(usd, eth, 6, 18).price(), 0.0004e48);
        DevnetFeed fine = new DevnetFeed(18, 1e18, 1, address(this));
        assertEq(new DevnetMorphoOracle(eth, fine, 18, 6).price(), 2500e24);
    }

    function test_WhenAFeedChanges() external {
        DevnetMorphoOracle oracle = _ethInUsd();
        eth.setAnswer(1950e8);
        assertEq(oracle.price(), 1950e24);
        usd.setAnswer(0.5e8);
        assertEq(oracle.price(), 3900e24);
    }

    function test_WhenTheCollateralIsWorthNothing() external {
        DevnetMorphoOracle oracle = _ethInUsd();
        eth.setAnswer(0);
        assertEq(oracle.price(), 0);
    }

    function test_WhenTheLoanTokenIsWorthNothing() external {
        DevnetMorphoOracle oracle = _ethInUsd();
        usd.setAnswer(0);
        vm.expectRevert(stdError.divisionError);
        oracle.price();
    }

    function test_WhenAFeedAnswersLessThanNothing() external {
        DevnetMorphoOracle oracle = _ethInUsd();
        eth.setAnswer(-1);
        vm.expectRevert(abi.encodeWithSelector(DevnetMorphoOracle.NegativeAnswer.selector, address(eth)));
        oracle.price();
    }
}
