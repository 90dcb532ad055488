// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {DevnetFeed} from "../../src/devnet/DevnetFeed.sol";
import {RouterTest} from "../RouterTest.sol";

contract DevnetFeedTest is RouterTest {
    int256 private constant PRICE = 2000e8;
    uint256 private constant LONG_AGO = 1_600_000_000;
    uint256 private constant BEGIN = 1_700_000_000;

    DevnetFeed private feed;

    function setUp() public override {
        super.setUp();
        vm.warp(BEGIN);
        feed = new DevnetFeed(8, PRICE, LONG_AGO, address(this));
    }

    function _assertRound(uint80 round, int256 answer, uint256 startedAt, uint256 updatedAt) private view {
        (uint80 roundId, int256 latest, uint256 started, uint256 updated, uint80 answeredIn) = feed.latestRoundData();
        assertEq(roundId, round);
        assertEq(answeredIn, round);
        assertEq(latest, answer);
        assertEq(feed.latestAnswer(), answer);
        assertEq(started, startedAt);
        assertEq(updated, updatedAt);
    }

    function test_WhenItIsNew() external view {
        assertEq(feed.decimals(), 8);
        _assertRound(1, PRICE, LONG_AGO, BEGIN);
    }

    function test_WhenTheAnswerChanges() external {
        vm.warp(BEGIN + 10);
        feed.setAnswer(PRICE + 1);
        _assertRound(2, PRICE + 1, BEGIN + 10, BEGIN + 10);
    }

    function test_WhenTheAnswerStaysTheSame() external {
        vm.warp(BEGIN + 10);
        feed.setAnswer(PRICE);
        _assertRound(2, PRICE, LONG_AGO, BEGIN + 10);
    }

    function test_WhenTheCallerIsNotTheOwner() external {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, bob));
        vm.prank(bob);
        feed.setAnswer(1);
    }
}
