// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {Grant, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MockAToken} from "../mocks/MockAToken.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B3 (SquidRouterModule, 2026) and B6 (AROS, TrustedVolumes and GiddyVaultV3, 2026): an authorisation that
/// stays, and a signature that serves for something else than what was signed.
contract B03_B06_GrantsTest is RouterTest {
    Move private move;
    Grant private good;

    function setUp() public override {
        super.setUp();
        move = _move(1 ether);
        _supply(alice, address(weth), 10 ether);
        good = _signPermit(move, 1 ether + 2, aliceKey);
    }

    function _refused(Grant memory grant) private {
        vm.prank(alice);
        vm.expectPartialRevert(ICollateralRouter.CollateralNotAvailable.selector);
        router.sendWithGrant{value: FEE}(move, grant);
    }

    /// B6: every field that is signed, changed by itself, is another signer's.
    function test_EveryFieldThatIsSignedCounts() external {
        Grant memory grant = good;
        grant.value += 1;
        _refused(grant);
        grant = good;
        grant.value = type(uint256).max;
        _refused(grant);
        grant = good;
        grant.deadline += 1;
        _refused(grant);
        grant = good;
        grant.give.v = grant.give.v == 27 ? 28 : 27;
        _refused(grant);
        grant = good;
        grant.give.r ^= bytes32(uint256(1));
        _refused(grant);
        grant = good;
        grant.give.s ^= bytes32(uint256(1));
        _refused(grant);
        // Unchanged it is good.
        vm.prank(alice);
        router.sendWithGrant{value: FEE}(move, good);
    }

    /// B6: on a fork with another chain id.
    function test_AGrantOfAnotherChainIsNone() external {
        vm.chainId(block.chainid + 1);
        _refused(good);
    }

    /// B6: at another router.
    function test_AGrantForAnotherRouterIsNone() external {
        CollateralRouter other = new CollateralRouter(_config());
        vm.prank(alice);
        vm.expectPartialRevert(ICollateralRouter.CollateralNotAvailable.selector);
        other.sendWithGrant{value: FEE}(move, good);
    }

    /// B6: twice, with the same id or another.
    function test_AGrantServesOnce() external {
        vm.startPrank(alice);
        router.sendWithGrant{value: FEE}(move, good);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.MoveAlreadySent.selector, alice, move.id));
        router.sendWithGrant{value: FEE}(move, good);
        vm.stopPrank();
        move.id = "another";
        _refused(good);
    }

    /// B3: what was allowed before is allowed afterwards, less what was used.
    function testFuzz_AnAllowanceShrinksByWhatWasUsed(uint256 allowance) external {
        allowance = bound(allowance, 1 ether + 2, type(uint128).max);
        MockAToken aToken = source.aTokenOf(address(weth));
        _allow(alice, address(weth), allowance);
        _send(alice, move);
        assertEq(aToken.allowance(alice, address(router)), allowance - 1 ether - 2);
    }

    /// B3: a grant of exactly what is moved leaves nothing.
    function test_AnExactGrantLeavesNothing() external {
        vm.prank(alice);
        router.sendWithGrant{value: FEE}(move, good);
        assertEq(source.aTokenOf(address(weth)).allowance(alice, address(router)), 0);
    }
}
