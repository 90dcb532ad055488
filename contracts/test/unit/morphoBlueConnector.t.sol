// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {DevnetToken} from "../../src/devnet/DevnetToken.sol";
import {MorphoBlueHealth} from "../../src/health/MorphoBlueHealth.sol";
import {Grant, ICollateralRouter, Signature} from "../../src/interfaces/ICollateralRouter.sol";
import {MorphoAuthorization, MorphoMarketParams, MorphoSignature} from "../../src/interfaces/IMorphoBlue.sol";
import {MorphoBlueHost} from "../mocks/ConnectorHosts.sol";
import {MockMorpho, MockMorphoOracle} from "../mocks/MockMorpho.sol";

contract MorphoBlueConnectorTest is Test {
    /// 2,000 for a token of 18 decimals, in one of 6.
    uint256 private constant PRICE = 2000e24;
    uint256 private constant LLTV = 0.86e18;
    /// 10 % a year, nearly.
    uint256 private constant RATE = 3.17e9;

    MorphoBlueHost private host;
    MockMorpho private morpho;
    MockMorphoOracle private oracle;
    DevnetToken private weth;
    DevnetToken private usdc;
    MorphoMarketParams private params;
    bytes32 private id;
    address private alice;
    uint256 private aliceKey;
    address private mallory = makeAddr("mallory");

    /// Ten whole tokens of collateral against 5,000 borrowed; the router is authorised.
    function setUp() public {
        vm.warp(1_700_000_000);
        (alice, aliceKey) = makeAddrAndKey("alice");
        host = new MorphoBlueHost();
        morpho = new MockMorpho();
        oracle = new MockMorphoOracle();
        weth = new DevnetToken("Wrapped Ether", "WETH", 18, address(this));
        usdc = new DevnetToken("USD Coin", "USDC", 6, address(this));
        params = MorphoMarketParams(address(usdc), address(weth), address(oracle), address(0), LLTV);
        oracle.setPrice(PRICE);
        id = morpho.createMarket(params);
        usdc.mint(address(this), 1_000_000e6);
        usdc.approve(address(morpho), type(uint256).max);
        morpho.supply(params, 1_000_000e6, address(this));
        weth.mint(alice, 10 ether);
        vm.startPrank(alice);
        weth.approve(address(morpho), 10 ether);
        morpho.supplyCollateral(params, 10 ether, alice, "");
        morpho.borrow(params, 5000e6, alice, alice);
        morpho.setAuthorization(address(host), true);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ withdraw

    function test_RevertWhen_MorphoHasNoSuchMarket() external {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, bytes32("nothing")));
        host.withdraw(address(morpho), "nothing", address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheMarketIsNotWhatItsIdSays() external {
        morpho.forge("forged", params);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, bytes32("forged")));
        host.withdraw(address(morpho), "forged", address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheAssetIsWhatTheMarketLends() external {
        bytes memory reason =
            abi.encodeWithSelector(ICollateralRouter.NotCollateral.selector, address(morpho), address(usdc));
        vm.expectRevert(reason);
        host.withdraw(address(morpho), id, address(usdc), 1, alice);
        vm.expectRevert(reason);
        host.supply(address(morpho), id, address(usdc), 1, alice);
    }

    function test_RevertWhen_TheAssetIsNeither() external {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, mallory));
        host.withdraw(address(morpho), id, mallory, 1, alice);
    }

    function test_RevertWhen_TheOwnerHasNotAuthorisedTheRouter() external {
        vm.prank(alice);
        morpho.setAuthorization(address(host), false);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotAuthorized.selector, address(morpho), alice));
        host.withdraw(address(morpho), id, address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheOwnerHasLessCollateral() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotAvailable.selector,
                address(morpho),
                10 ether,
                type(uint256).max,
                10 ether + 1
            )
        );
        host.withdraw(address(morpho), id, address(weth), 10 ether + 1, alice);
    }

    function test_RevertWhen_MorphoPaysOutLess() external {
        morpho.setWithholds(1);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.WithdrawnOtherwise.selector, 1 ether - 1, 1 ether));
        host.withdraw(address(morpho), id, address(weth), 1 ether, alice);
    }

    function test_RevertWhen_WhatRemainsDoesNotCoverTheDebt() external {
        vm.expectRevert("insufficient collateral");
        host.withdraw(address(morpho), id, address(weth), 8 ether, alice);
    }

    function test_Withdraw_WhenAllIsWell() external {
        // What lies there already is not this move's.
        weth.mint(address(host), 3 ether);
        host.withdraw(address(morpho), id, address(weth), 4 ether, alice);
        assertEq(weth.balanceOf(address(host)), 7 ether);
        (,, uint256 collateral) = morpho.position(id, alice);
        assertEq(collateral, 6 ether);
    }

    function test_Withdraw_AllOfIt_WhenNothingIsOwed() external {
        _repayAll();
        host.withdraw(address(morpho), id, address(weth), 10 ether, alice);
        assertEq(weth.balanceOf(address(host)), 10 ether);
    }

    // ------------------------------------------------------------------ health

    function test_HealthFactor_WhenNothingIsOwed() external {
        _repayAll();
        oracle.setBroken(true);
        assertEq(host.healthFactor(address(morpho), id, alice), type(uint256).max);
    }

    function test_HealthFactor_WhenSomethingIsOwed() external {
        assertEq(host.healthFactor(address(morpho), id, alice), 17_200e24 / uint256(5000e6));
        morpho.setRate(RATE);
        skip(365 days);
        uint256 owed = 5000e6 + uint256(5000e6) * RATE * 365 days / 1e18;
        assertEq(host.healthFactor(address(morpho), id, alice), uint256(17_200e24) / owed);
    }

    function test_RevertWhen_TheOracleHasNoPrice() external {
        oracle.setBroken(true);
        vm.expectRevert("no price");
        host.healthFactor(address(morpho), id, alice);
    }

    function test_RevertWhen_TheMarketOfAHealthIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, bytes32("nothing")));
        host.healthFactor(address(morpho), "nothing", alice);
    }

    // ------------------------------------------------------------------ supply

    function test_RevertWhen_MorphoRefuses() external {
        weth.mint(address(host), 1 ether);
        morpho.setPaused(true);
        vm.expectRevert("paused");
        host.supply(address(morpho), id, address(weth), 1 ether, alice);
    }

    function test_RevertWhen_MorphoCreditsNothing() external {
        weth.mint(address(host), 1 ether);
        morpho.setCreditsNothing(true);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, 0, 1 ether));
        host.supply(address(morpho), id, address(weth), 1 ether, alice);
    }

    function test_Supply_WhenMorphoLeavesTheAllowance() external {
        weth.mint(address(host), 1 ether);
        morpho.setKeepsAllowance(true);
        host.supply(address(morpho), id, address(weth), 1 ether, alice);
        assertEq(weth.allowance(address(host), address(morpho)), 0);
    }

    function test_Supply_WhenAllIsWell() external {
        weth.mint(address(host), 3 ether);
        host.supply(address(morpho), id, address(weth), 2 ether, alice);
        (,, uint256 collateral) = morpho.position(id, alice);
        assertEq(collateral, 12 ether);
        assertEq(weth.balanceOf(address(host)), 1 ether);
        assertEq(weth.allowance(address(host), address(morpho)), 0);
    }

    // ------------------------------------------------------------------ repay

    function test_RevertWhen_TheAssetIsNotWhatTheMarketLends() external {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(weth)));
        host.repay(address(morpho), id, address(weth), 1 ether, alice);
    }

    function test_RevertWhen_NothingIsOwed() external {
        usdc.mint(address(host), 1e6);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.NoDebt.selector, address(morpho), address(usdc), mallory)
        );
        host.repay(address(morpho), id, address(usdc), 1e6, mallory);
    }

    function test_Repay_WhenLessThanTheDebtIsPaid() external {
        _accrueAYear();
        uint256 before = _debtOf(alice);
        usdc.mint(address(host), 2000e6);
        assertEq(host.repay(address(morpho), id, address(usdc), 2000e6, alice), 0);
        assertApproxEqAbs(_debtOf(alice), before - 2000e6, 1);
        _assertNothingLeft(0);
    }

    function test_Repay_WhenExactlyTheDebtIsPaid() external {
        _accrueAYear();
        uint256 owed = _debtOf(alice);
        usdc.mint(address(host), owed);
        assertEq(host.repay(address(morpho), id, address(usdc), owed, alice), 0);
        assertEq(_sharesOf(alice), 0);
        _assertNothingLeft(0);
    }

    function test_Repay_WhenOneUnitLessThanTheDebtIsPaid() external {
        _accrueAYear();
        uint256 owed = _debtOf(alice);
        usdc.mint(address(host), owed - 1);
        assertEq(host.repay(address(morpho), id, address(usdc), owed - 1, alice), 0);
        assertGt(_sharesOf(alice), 0);
        assertLe(_debtOf(alice), 2);
        _assertNothingLeft(0);
    }

    function test_Repay_WhenMoreThanTheDebtIsPaid() external {
        morpho.setRate(RATE);
        skip(365 days);
        usdc.mint(address(host), 9000e6);
        uint256 left = host.repay(address(morpho), id, address(usdc), 9000e6, alice);
        assertEq(_sharesOf(alice), 0);
        uint256 interest = uint256(5000e6) * RATE * 365 days / 1e18;
        assertEq(left, 9000e6 - 5000e6 - interest);
        _assertNothingLeft(left);
    }

    function test_Repay_OnBehalfOfOthersIsUntouched() external {
        weth.mint(mallory, 10 ether);
        vm.startPrank(mallory);
        weth.approve(address(morpho), 10 ether);
        morpho.supplyCollateral(params, 10 ether, mallory, "");
        morpho.borrow(params, 3000e6, mallory, mallory);
        vm.stopPrank();
        uint256 shares = _sharesOf(mallory);
        usdc.mint(address(host), 9000e6);
        host.repay(address(morpho), id, address(usdc), 9000e6, alice);
        assertEq(_sharesOf(mallory), shares);
    }

    function test_RevertWhen_SoLittleIsPaidThatNoShareGoes() external {
        // A share has come to be worth more than a unit.
        morpho.setRate(1e18);
        skip(365 days);
        usdc.mint(address(host), 1);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 0, 1));
        host.repay(address(morpho), id, address(usdc), 1, alice);
    }

    function test_RevertWhen_MorphoTakesThePaymentAndKeepsTheDebt() external {
        usdc.mint(address(host), 9000e6);
        morpho.setRepaysNothing(true);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 0, 1000e6));
        host.repay(address(morpho), id, address(usdc), 1000e6, alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 0, 5000e6));
        host.repay(address(morpho), id, address(usdc), 9000e6, alice);
    }

    function test_RevertWhen_MorphoWritesAShareLessOffThanWasPaid() external {
        usdc.mint(address(host), 1000e6);
        morpho.setRepayLoss(1);
        // What a share is worth is less than a unit.
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 1000e6, 1000e6));
        host.repay(address(morpho), id, address(usdc), 1000e6, alice);
    }

    function test_Repay_WhenMorphoLeavesTheAllowance() external {
        usdc.mint(address(host), 1000e6);
        morpho.setKeepsAllowance(true);
        host.repay(address(morpho), id, address(usdc), 1000e6, alice);
        assertEq(usdc.allowance(address(host), address(morpho)), 0);
    }

    /// Whatever is paid: the debt falls by it but for the rounding of its shares, and nothing is lost.
    function testFuzz_Repay(uint256 amount, uint256 rate, uint256 elapsed) external {
        amount = bound(amount, 1, 100_000e6);
        morpho.setRate(bound(rate, 0, 1e11));
        skip(bound(elapsed, 0, 1000 days));
        morpho.accrueInterest(params);
        uint256 before = _debtOf(alice);
        usdc.mint(address(host), amount);
        uint256 left = host.repay(address(morpho), id, address(usdc), amount, alice);
        uint256 paid = amount - left;
        assertEq(paid, amount < before ? amount : before);
        assertApproxEqAbs(before - _debtOf(alice), paid, 1);
        _assertNothingLeft(left);
    }

    // ------------------------------------------------------------------ authorisation

    function test_Give_WhenTheSignatureIsGood() external {
        _revoke();
        host.give(address(morpho), alice, _grant(aliceKey));
        assertTrue(morpho.isAuthorized(alice, address(host)));
    }

    function test_Give_WhenSomebodyUsedItBefore() external {
        _revoke();
        Grant memory grant = _grant(aliceKey);
        vm.prank(mallory);
        morpho.setAuthorizationWithSig(
            MorphoAuthorization(alice, address(host), true, grant.nonce, grant.deadline),
            MorphoSignature(grant.give.v, grant.give.r, grant.give.s)
        );
        host.give(address(morpho), alice, grant);
        assertTrue(morpho.isAuthorized(alice, address(host)));
        host.takeBack(address(morpho), alice, grant);
        assertFalse(morpho.isAuthorized(alice, address(host)));
    }

    function test_Give_WhenItIsSignedBySomebodyElse() external {
        _revoke();
        host.give(address(morpho), alice, _grant(aliceKey + 1));
        assertFalse(morpho.isAuthorized(alice, address(host)));
    }

    function test_TakeBack_WhenTheSignatureIsGood() external {
        _revoke();
        Grant memory grant = _grant(aliceKey);
        host.give(address(morpho), alice, grant);
        host.takeBack(address(morpho), alice, grant);
        assertFalse(morpho.isAuthorized(alice, address(host)));
        assertEq(morpho.nonce(alice), grant.nonce + 2);
    }

    function test_RevertWhen_NothingTakesBack_GivenTheRouterIsAuthorised() external {
        Grant memory grant = _grant(aliceKey);
        delete grant.takeBack;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AuthorizationLeft.selector, address(morpho), alice));
        host.takeBack(address(morpho), alice, grant);
    }

    function test_TakeBack_WhenThereIsNone_GivenTheRouterIsNotAuthorised() external {
        _revoke();
        Grant memory grant = _grant(aliceKey);
        delete grant.takeBack;
        host.takeBack(address(morpho), alice, grant);
    }

    function test_RevertWhen_TheFirstWasNeverUsed() external {
        // Authorised already, and signed for two nonces of which the first is still to come.
        Grant memory grant = _grant(aliceKey);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AuthorizationLeft.selector, address(morpho), alice));
        host.takeBack(address(morpho), alice, grant);
    }

    // ------------------------------------------------------------------

    function _grant(uint256 key) private view returns (Grant memory grant) {
        grant.nonce = morpho.nonce(alice);
        grant.deadline = block.timestamp + 1 hours;
        grant.give = _sign(key, MorphoAuthorization(alice, address(host), true, grant.nonce, grant.deadline));
        grant.takeBack = _sign(key, MorphoAuthorization(alice, address(host), false, grant.nonce + 1, grant.deadline));
    }

    function _sign(uint256 key, MorphoAuthorization memory authorization)
        private
        view
        returns (Signature memory signature)
    {
        (signature.v, signature.r, signature.s) = vm.sign(key, morpho.authorizationDigest(authorization));
    }

    function _revoke() private {
        vm.prank(alice);
        morpho.setAuthorization(address(host), false);
    }

    function _repayAll() private {
        usdc.mint(alice, 1e6);
        uint256 shares = _sharesOf(alice);
        vm.startPrank(alice);
        usdc.approve(address(morpho), type(uint256).max);
        morpho.repay(params, 0, shares, alice, "");
        vm.stopPrank();
    }

    function _accrueAYear() private {
        morpho.setRate(RATE);
        skip(365 days);
        morpho.accrueInterest(params);
    }

    function _sharesOf(address user) private view returns (uint256 shares) {
        (, shares,) = morpho.position(id, user);
    }

    function _debtOf(address user) private view returns (uint256) {
        (,, uint256 totalAssets, uint256 totalShares,,) = morpho.market(id);
        return MorphoBlueHealth.debtOf(_sharesOf(user), totalAssets, totalShares);
    }

    function _assertNothingLeft(uint256 left) private view {
        assertEq(usdc.balanceOf(address(host)), left);
        assertEq(usdc.allowance(address(host), address(morpho)), 0);
    }
}
