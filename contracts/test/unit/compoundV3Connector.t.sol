// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {DevnetToken} from "../../src/devnet/DevnetToken.sol";
import {Grant, ICollateralRouter, Signature} from "../../src/interfaces/ICollateralRouter.sol";
import {CompoundV3Host} from "../mocks/ConnectorHosts.sol";
import {MockComet} from "../mocks/MockComet.sol";

contract CompoundV3ConnectorTest is Test {
    /// 10 % a year, nearly.
    uint256 private constant RATE = 3.17e9;
    address private constant WETH_FEED = address(0xfeed0000);
    address private constant WBTC_FEED = address(0xfeed0001);

    CompoundV3Host private host;
    MockComet private comet;
    DevnetToken private usdc;
    DevnetToken private weth;
    DevnetToken private wbtc;
    address private alice;
    uint256 private aliceKey;
    address private mallory = makeAddr("mallory");

    /// Ten whole tokens of collateral against 5,000 borrowed; the router is allowed.
    function setUp() public {
        vm.warp(1_700_000_000);
        (alice, aliceKey) = makeAddrAndKey("alice");
        host = new CompoundV3Host();
        usdc = new DevnetToken("USD Coin", "USDC", 6, address(this));
        weth = new DevnetToken("Wrapped Ether", "WETH", 18, address(this));
        wbtc = new DevnetToken("Wrapped Bitcoin", "WBTC", 8, address(this));
        comet = new MockComet(address(usdc), 1e6);
        comet.list(address(weth), 1e18, 0.85e18, 2000e8);
        comet.list(address(wbtc), 1e8, 0.8e18, 60_000e8);
        _supplyTo(address(this), usdc, 1_000_000e6);
        _supplyTo(alice, weth, 10 ether);
        vm.startPrank(alice);
        comet.withdrawFrom(alice, alice, address(usdc), 5000e6);
        comet.allow(address(host), true);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ withdraw

    function test_RevertWhen_TheBaseTokenIsWithdrawn_GivenTheOwnerSuppliedSome() external {
        _supplyTo(mallory, usdc, 100e6);
        vm.prank(mallory);
        comet.allow(address(host), true);
        _expectNotCollateral();
        host.withdraw(address(comet), address(usdc), 50e6, mallory);
    }

    function test_RevertWhen_TheBaseTokenIsWithdrawn_GivenTheOwnerSuppliedNone() external {
        // It could be borrowed.
        _expectNotCollateral();
        host.withdraw(address(comet), address(usdc), 50e6, alice);
    }

    function test_RevertWhen_TheOwnerHasNotAllowedTheRouter() external {
        _disallow();
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotAuthorized.selector, address(comet), alice));
        host.withdraw(address(comet), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheOwnerHasLessCollateral() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotAvailable.selector,
                address(comet),
                10 ether,
                type(uint256).max,
                10 ether + 1
            )
        );
        host.withdraw(address(comet), address(weth), 10 ether + 1, alice);
    }

    function test_RevertWhen_CometPaysOutLess() external {
        comet.setWithholds(1);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.WithdrawnOtherwise.selector, 1 ether - 1, 1 ether));
        host.withdraw(address(comet), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_WithdrawalsArePaused() external {
        comet.setWithdrawPaused(true);
        vm.expectRevert(MockComet.Paused.selector);
        host.withdraw(address(comet), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_WhatRemainsDoesNotCoverTheDebt() external {
        vm.expectRevert(MockComet.NotCollateralized.selector);
        host.withdraw(address(comet), address(weth), 8 ether, alice);
    }

    function test_Withdraw_WhenAllIsWell() external {
        weth.mint(address(host), 3 ether);
        host.withdraw(address(comet), address(weth), 4 ether, alice);
        assertEq(weth.balanceOf(address(host)), 7 ether);
        (uint256 collateral,) = comet.userCollateral(alice, address(weth));
        assertEq(collateral, 6 ether);
    }

    function test_Withdraw_AllOfIt_WhenNothingIsOwed() external {
        _supplyTo(alice, usdc, 6000e6);
        host.withdraw(address(comet), address(weth), 10 ether, alice);
        assertEq(weth.balanceOf(address(host)), 10 ether);
    }

    // ------------------------------------------------------------------ health

    function test_HealthFactor_WhenNothingIsOwed() external {
        _supplyTo(alice, usdc, 6000e6);
        comet.setPrice(WETH_FEED, 0);
        comet.setPrice(comet.baseTokenPriceFeed(), 0);
        assertEq(host.healthFactor(address(comet), alice), type(uint256).max);
    }

    function test_HealthFactor_WhenSomethingIsOwed() external {
        uint256 owed = comet.borrowBalanceOf(alice);
        assertEq(host.healthFactor(address(comet), alice), uint256(17_000e8) * 1e18 / (owed * 1e8 / 1e6));
        _supplyTo(alice, wbtc, 0.5e8);
        comet.setRate(RATE);
        skip(365 days);
        owed = comet.borrowBalanceOf(alice);
        assertGt(owed, 5490e6);
        assertEq(host.healthFactor(address(comet), alice), uint256(41_000e8) * 1e18 / (owed * 1e8 / 1e6));
        // What was stored before is behind no more.
        assertEq(comet.lastAccrualTime(), block.timestamp);
    }

    function test_HealthFactor_WhenTheOwnerHasThe17thCollateral() external {
        for (uint256 i = 2; i < 16; ++i) {
            comet.list(address(uint160(0x1000 + i)), 1e18, 0.5e18, 1e8);
        }
        DevnetToken last = new DevnetToken("Seventeenth", "LAST", 18, address(this));
        comet.list(address(last), 1e18, 0.5e18, 1000e8);
        _supplyTo(alice, last, 6 ether);
        (,,, uint256 assetsIn, uint256 reserved) = comet.userBasic(alice);
        assertEq(assetsIn, 1);
        assertEq(reserved, 1);
        uint256 owed = comet.borrowBalanceOf(alice);
        assertEq(host.healthFactor(address(comet), alice), uint256(20_000e8) * 1e18 / (owed * 1e8 / 1e6));
    }

    function test_RevertWhen_APriceIsBad_GivenTheOwnerHasTheCollateral() external {
        _supplyTo(alice, wbtc, 1);
        comet.setPrice(WBTC_FEED, 0);
        vm.expectRevert(MockComet.BadPrice.selector);
        host.healthFactor(address(comet), alice);
    }

    function test_HealthFactor_WhenAPriceIsBad_GivenTheOwnerHasNoneOfIt() external {
        comet.setPrice(WBTC_FEED, 0);
        assertGt(host.healthFactor(address(comet), alice), 3e18);
    }

    // ------------------------------------------------------------------ supply

    function test_RevertWhen_TheBaseTokenIsSupplied() external {
        usdc.mint(address(host), 1e6);
        _expectNotCollateral();
        host.supply(address(comet), address(usdc), 1e6, alice);
    }

    function test_RevertWhen_CometDoesNotListTheAsset() external {
        DevnetToken other = new DevnetToken("Other", "OTHER", 18, address(this));
        other.mint(address(host), 1 ether);
        vm.expectRevert(MockComet.BadAsset.selector);
        host.supply(address(comet), address(other), 1 ether, alice);
    }

    function test_RevertWhen_TheCapIsReached() external {
        weth.mint(address(host), 1 ether);
        comet.setSupplyCap(0, 11 ether - 1);
        vm.expectRevert(MockComet.SupplyCapExceeded.selector);
        host.supply(address(comet), address(weth), 1 ether, alice);
        comet.setSupplyCap(0, 11 ether);
        host.supply(address(comet), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_SuppliesArePaused() external {
        weth.mint(address(host), 1 ether);
        comet.setSupplyPaused(true);
        vm.expectRevert(MockComet.Paused.selector);
        host.supply(address(comet), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_CometCreditsNothing() external {
        weth.mint(address(host), 1 ether);
        comet.setCreditsNothing(true);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, 0, 1 ether));
        host.supply(address(comet), address(weth), 1 ether, alice);
    }

    function test_Supply_WhenCometLeavesTheAllowance() external {
        weth.mint(address(host), 1 ether);
        comet.setKeepsAllowance(true);
        host.supply(address(comet), address(weth), 1 ether, alice);
        assertEq(weth.allowance(address(host), address(comet)), 0);
    }

    function test_Supply_WhenAllIsWell() external {
        weth.mint(address(host), 3 ether);
        host.supply(address(comet), address(weth), 2 ether, alice);
        (uint256 collateral,) = comet.userCollateral(alice, address(weth));
        assertEq(collateral, 12 ether);
        assertEq(weth.balanceOf(address(host)), 1 ether);
        assertEq(weth.allowance(address(host), address(comet)), 0);
    }

    // ------------------------------------------------------------------ repay

    function test_RevertWhen_TheAssetIsACollateral() external {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(weth)));
        host.repay(address(comet), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_NothingIsOwed_GivenTheOwnerSuppliedSome() external {
        _supplyTo(mallory, usdc, 100e6);
        _expectNoDebt(mallory);
        host.repay(address(comet), address(usdc), 1e6, mallory);
    }

    function test_RevertWhen_NothingIsOwed_GivenTheOwnerSuppliedNone() external {
        _expectNoDebt(mallory);
        host.repay(address(comet), address(usdc), 1e6, mallory);
    }

    function test_Repay_WhenExactlyTheDebtIsPaid() external {
        comet.setRate(RATE);
        skip(365 days);
        uint256 owed = comet.borrowBalanceOf(alice);
        usdc.mint(address(host), owed);
        assertEq(host.repay(address(comet), address(usdc), owed, alice), 0);
        assertEq(comet.borrowBalanceOf(alice), 0);
        assertEq(comet.balanceOf(alice), 0);
        _assertNothingLeft(0);
    }

    function test_Repay_WhenMoreThanTheDebtIsPaid() external {
        comet.setRate(RATE);
        skip(365 days);
        uint256 owed = comet.borrowBalanceOf(alice);
        usdc.mint(address(host), 9000e6);
        uint256 left = host.repay(address(comet), address(usdc), 9000e6, alice);
        assertEq(left, 9000e6 - owed);
        assertEq(comet.borrowBalanceOf(alice), 0);
        assertEq(comet.balanceOf(alice), 0);
        _assertNothingLeft(left);
    }

    function test_RevertWhen_CometTakesThePaymentAndKeepsTheDebt() external {
        usdc.mint(address(host), 1000e6);
        comet.setCreditsNothing(true);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 0, 1000e6));
        host.repay(address(comet), address(usdc), 1000e6, alice);
        // Beyond rounding, to the unit.
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 0, 11));
        host.repay(address(comet), address(usdc), 11, alice);
        host.repay(address(comet), address(usdc), 10, alice);
    }

    function test_Repay_WhenCometLeavesTheAllowance() external {
        usdc.mint(address(host), 1000e6);
        comet.setKeepsAllowance(true);
        host.repay(address(comet), address(usdc), 1000e6, alice);
        assertEq(usdc.allowance(address(host), address(comet)), 0);
    }

    /// Whatever is paid, at whatever index: the debt falls by it but for rounding, and nothing is lost.
    function testFuzz_Repay(uint256 amount, uint256 rate, uint256 elapsed) external {
        amount = bound(amount, 1, 100_000e6);
        comet.setRate(bound(rate, 0, 3e10));
        skip(bound(elapsed, 0, 1000 days));
        uint256 before = comet.borrowBalanceOf(alice);
        usdc.mint(address(host), amount);
        uint256 left = host.repay(address(comet), address(usdc), amount, alice);
        uint256 paid = amount - left;
        assertEq(paid, amount < before ? amount : before);
        assertApproxEqAbs(before - comet.borrowBalanceOf(alice), paid, 10);
        assertEq(comet.balanceOf(alice), 0);
        _assertNothingLeft(left);
    }

    // ------------------------------------------------------------------ authorisation

    function test_Give_WhenTheSignatureIsGood() external {
        _disallow();
        host.give(address(comet), alice, _grant(aliceKey));
        assertTrue(comet.isAllowed(alice, address(host)));
    }

    function test_Give_WhenSomebodyUsedItBefore() external {
        _disallow();
        Grant memory grant = _grant(aliceKey);
        Signature memory signed = grant.give;
        vm.prank(mallory);
        comet.allowBySig(alice, address(host), true, grant.nonce, grant.deadline, signed.v, signed.r, signed.s);
        host.give(address(comet), alice, grant);
        assertTrue(comet.isAllowed(alice, address(host)));
        host.takeBack(address(comet), alice, grant);
        assertFalse(comet.isAllowed(alice, address(host)));
    }

    function test_Give_WhenItIsSignedBySomebodyElse() external {
        _disallow();
        host.give(address(comet), alice, _grant(aliceKey + 1));
        assertFalse(comet.isAllowed(alice, address(host)));
    }

    function test_TakeBack_WhenTheSignatureIsGood() external {
        _disallow();
        Grant memory grant = _grant(aliceKey);
        host.give(address(comet), alice, grant);
        host.takeBack(address(comet), alice, grant);
        assertFalse(comet.isAllowed(alice, address(host)));
        assertEq(comet.userNonce(alice), grant.nonce + 2);
    }

    function test_RevertWhen_NothingTakesBack_GivenTheRouterIsAllowed() external {
        Grant memory grant = _grant(aliceKey);
        delete grant.takeBack;
        _expectLeft();
        host.takeBack(address(comet), alice, grant);
    }

    function test_TakeBack_WhenThereIsNone_GivenTheRouterIsNotAllowed() external {
        _disallow();
        Grant memory grant = _grant(aliceKey);
        delete grant.takeBack;
        host.takeBack(address(comet), alice, grant);
    }

    function test_RevertWhen_TheFirstWasNeverUsed() external {
        Grant memory grant = _grant(aliceKey);
        _expectLeft();
        host.takeBack(address(comet), alice, grant);
    }

    // ------------------------------------------------------------------

    function _supplyTo(address user, DevnetToken token, uint256 amount) private {
        token.mint(address(this), amount);
        token.approve(address(comet), amount);
        comet.supplyTo(user, address(token), amount);
    }

    function _disallow() private {
        vm.prank(alice);
        comet.allow(address(host), false);
    }

    function _grant(uint256 key) private view returns (Grant memory grant) {
        grant.nonce = comet.userNonce(alice);
        grant.deadline = block.timestamp + 1 hours;
        grant.give = _sign(key, true, grant.nonce, grant.deadline);
        grant.takeBack = _sign(key, false, grant.nonce + 1, grant.deadline);
    }

    function _sign(uint256 key, bool isAllowed, uint256 nonce, uint256 expiry)
        private
        view
        returns (Signature memory signature)
    {
        bytes32 digest = comet.authorizationDigest(alice, address(host), isAllowed, nonce, expiry);
        (signature.v, signature.r, signature.s) = vm.sign(key, digest);
    }

    function _expectNotCollateral() private {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotCollateral.selector, address(comet), address(usdc)));
    }

    function _expectNoDebt(address user) private {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NoDebt.selector, address(comet), address(usdc), user));
    }

    function _expectLeft() private {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AuthorizationLeft.selector, address(comet), alice));
    }

    function _assertNothingLeft(uint256 left) private view {
        assertEq(usdc.balanceOf(address(host)), left);
        assertEq(usdc.allowance(address(host), address(comet)), 0);
    }
}
