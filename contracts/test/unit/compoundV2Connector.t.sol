// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {DevnetToken} from "../../src/devnet/DevnetToken.sol";
import {ICollateralRouter} from "../../src/interfaces/ICollateralRouter.sol";
import {CompoundV2Host} from "../mocks/CompoundV2Host.sol";
import {MockComptroller} from "../mocks/MockComptroller.sol";
import {MockVToken} from "../mocks/MockVToken.sol";

/// @notice At a market that counts as Venus's isolated pools do, and as Compound's own does.
abstract contract CompoundV2ConnectorTest is Test {
    /// 10 % a year, nearly.
    uint256 private constant RATE = 3.17e9;
    uint256 private constant WETH_RATE = 0.0213456789012345678e28;
    uint256 private constant USDC_RATE = 0.0234567890123456e16;

    CompoundV2Host private host;
    MockComptroller private comptroller;
    DevnetToken private weth;
    DevnetToken private usdc;
    MockVToken private vWeth;
    MockVToken private vUsdc;
    address private alice = makeAddr("alice");
    address private bob = makeAddr("bob");

    function _isVenus() internal pure virtual returns (bool);

    /// Ten WETH of collateral, weighing 80 %, against 8,000 USDC: a health of two.
    function setUp() public {
        vm.warp(1_700_000_000);
        host = new CompoundV2Host();
        comptroller = new MockComptroller(_isVenus());
        weth = new DevnetToken("Wrapped Ether", "WETH", 18, address(this));
        usdc = new DevnetToken("USD Coin", "USDC", 6, address(this));
        vWeth = new MockVToken(address(comptroller), address(weth), WETH_RATE);
        vUsdc = new MockVToken(address(comptroller), address(usdc), USDC_RATE);
        uint256 factor = _isVenus() ? 0.75e18 : 0.8e18;
        comptroller.list(vWeth, 2000e18, factor, _isVenus() ? 0.8e18 : 0);
        comptroller.list(vUsdc, 1e30, factor, _isVenus() ? 0.8e18 : 0);
        _supplyTo(bob, vUsdc, 1_000_000e6);
        _supplyTo(alice, vWeth, 10 ether);
        comptroller.enter(alice, address(vWeth));
        vm.prank(alice);
        vUsdc.borrow(8000e6);
    }

    // ------------------------------------------------------------------ assetOf

    function test_RevertWhen_TheComptrollerDoesNotListTheToken() external {
        comptroller.unlist(address(vWeth));
        _expectNotListed(comptroller, vWeth);
        host.assetOf(address(comptroller), address(vWeth));
    }

    function test_RevertWhen_TheTokenIsOfAnotherComptroller() external {
        MockComptroller other = new MockComptroller(_isVenus());
        other.list(vWeth, 1e18, 0, 0);
        _expectNotListed(other, vWeth);
        host.assetOf(address(other), address(vWeth));
    }

    function test_RevertWhen_TheTokenHasNoUnderlyingAsset() external {
        CoinToken coin = new CoinToken(address(comptroller));
        comptroller.list(MockVToken(address(coin)), 1e18, 0, 0);
        vm.expectRevert();
        host.assetOf(address(comptroller), address(coin));
    }

    function test_TheAssetOfAListedToken() external view {
        assertEq(host.assetOf(address(comptroller), address(vWeth)), address(weth));
        assertEq(host.assetOf(address(comptroller), address(vUsdc)), address(usdc));
    }

    // ------------------------------------------------------------------ withdraw

    function test_RevertGiven_TheOwnerHoldsTooFewShares() external {
        uint256 balance = vWeth.balanceOf(alice);
        _allow(alice, vWeth, type(uint256).max);
        uint256 shares = _sharesFor(vWeth, 10 ether + 1e9);
        assertGt(shares, balance);
        _expectNotAvailable(vWeth, balance, type(uint256).max, shares);
        host.withdraw(address(vWeth), address(weth), 10 ether + 1e9, alice);
    }

    function test_RevertGiven_TheOwnerAllowsTooFewShares() external {
        uint256 shares = _sharesFor(vWeth, 1 ether);
        _allow(alice, vWeth, shares - 1);
        _expectNotAvailable(vWeth, vWeth.balanceOf(alice), shares - 1, shares);
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
    }

    function test_GivenTheOwnerAllowsExactlyWhatTheAmountNeeds() external {
        uint256 before = vWeth.balanceOf(alice);
        uint256 shares = _sharesFor(vWeth, 1 ether);
        _allow(alice, vWeth, shares);
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
        assertEq(weth.balanceOf(address(host)), 1 ether);
        assertEq(vWeth.balanceOf(alice), before - shares);
        assertEq(vWeth.balanceOf(address(host)), 0);
        assertEq(vWeth.allowance(alice, address(host)), 0);
    }

    function test_GivenInterestWasNotAccrued_ItPullsAtTheAccruedRate() external {
        vUsdc.setRatePerSecond(RATE);
        uint256 stored = _sharesFor(vUsdc, 1000e6);
        skip(365 days);
        _allow(bob, vUsdc, stored);
        uint256 before = vUsdc.balanceOf(bob);
        host.withdraw(address(vUsdc), address(usdc), 1000e6, bob);
        uint256 shares = before - vUsdc.balanceOf(bob);
        assertLt(shares, stored);
        assertEq(shares, _sharesFor(vUsdc, 1000e6), "by the rate of now");
        assertEq(vUsdc.allowance(bob, address(host)), stored - shares);
        assertEq(usdc.balanceOf(address(host)), 1000e6);
    }

    function testFuzz_WhatTheLastShareIsWorthBeyondGoesToTheOwner(uint256 amount) external {
        amount = bound(amount, 1, 4 ether);
        uint256 shares = _sharesFor(vWeth, amount);
        uint256 worth = shares * vWeth.exchangeRateStored() / 1e18;
        _allow(alice, vWeth, shares);
        host.withdraw(address(vWeth), address(weth), amount, alice);
        assertEq(weth.balanceOf(address(host)), amount);
        assertEq(weth.balanceOf(alice), worth - amount);
        assertLe(worth - amount, vWeth.exchangeRateStored() / 1e18);
    }

    function test_RevertWhen_TheDebtsWouldNotBeCovered() external {
        _allow(alice, vWeth, type(uint256).max);
        vm.expectRevert(MockComptroller.InsufficientLiquidity.selector);
        host.withdraw(address(vWeth), address(weth), 9 ether, alice);
    }

    function test_RevertWhen_WithdrawingCannotAccrue() external {
        _allow(alice, vWeth, type(uint256).max);
        vWeth.setCodes(7, 0, 0, 0);
        _expectRefused(address(vWeth), 7);
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheMarketAnswersAnErrorCodeToRedeeming() external {
        _allow(alice, vWeth, type(uint256).max);
        vWeth.setCodes(0, 0, 9, 0);
        _expectRefused(address(vWeth), 9);
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheTokenRefusesTheTransferWithoutReverting() external {
        _allow(alice, vWeth, type(uint256).max);
        vWeth.setRefusesTransfers(true);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(vWeth)));
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheMarketTakesAFee() external {
        uint256 shares = _sharesFor(vWeth, 1 ether);
        uint256 worth = shares * vWeth.exchangeRateStored() / 1e18;
        _allow(alice, vWeth, shares);
        vWeth.setRedeemFee(1);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.WithdrawnOtherwise.selector, worth - worth * 1 / 10_000, worth)
        );
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
    }

    function test_GivenTheRouterHoldsWhatIsNotOfThisMove() external {
        weth.mint(address(host), 3 ether);
        _supplyTo(address(host), vWeth, 2 ether);
        uint256 gift = vWeth.balanceOf(address(host));
        _allow(alice, vWeth, type(uint256).max);
        host.withdraw(address(vWeth), address(weth), 1 ether, alice);
        assertEq(weth.balanceOf(address(host)), 4 ether);
        assertEq(vWeth.balanceOf(address(host)), gift);
    }

    // ------------------------------------------------------------------ healthFactor

    function test_TheHealthWithoutDebt() external {
        comptroller.enter(bob, address(vUsdc));
        assertEq(host.healthFactor(address(comptroller), bob), type(uint256).max);
    }

    function test_TheHealthOfNobody() external {
        assertEq(host.healthFactor(address(comptroller), makeAddr("nobody")), type(uint256).max);
    }

    function test_TheHealthAbove() external {
        // Whole shares are worth a little less than ten.
        assertApproxEqAbs(host.healthFactor(address(comptroller), alice), 2e18, 1e9);
        (, uint256 liquidity,) = comptroller.getAccountLiquidity(alice);
        assertEq(host.healthFactor(address(comptroller), alice), (8000e18 + liquidity) * 1e18 / 8000e18);
    }

    function test_TheHealthBelow() external {
        comptroller.setPrice(address(vWeth), 900e18);
        (,, uint256 shortfall) = comptroller.getAccountLiquidity(alice);
        assertGt(shortfall, 0);
        assertEq(host.healthFactor(address(comptroller), alice), (8000e18 - shortfall) * 1e18 / 8000e18);
        assertApproxEqAbs(host.healthFactor(address(comptroller), alice), 0.9e18, 1e9);
    }

    function test_TheHealthAtTheBoundary() external {
        // Its own rule once more, with a debt of exactly what the collateral weighs.
        (, uint256 liquidity,) = comptroller.getAccountLiquidity(alice);
        uint256 more = liquidity / 1e12;
        comptroller.setPrice(address(vUsdc), 1e30);
        vUsdc.setState(alice, 0, USDC_RATE, 8000e6 + more);
        (, uint256 left, uint256 lacking) = comptroller.getAccountLiquidity(alice);
        assertEq(lacking, 0);
        assertEq(host.healthFactor(address(comptroller), alice), 1e18 + left * 1e18 / (8000e18 + more * 1e12));
        assertLt(left, 1e12);
    }

    function test_TheHealthCountsInterestOfEveryMarket() external {
        vUsdc.setRatePerSecond(RATE);
        comptroller.enter(alice, address(vUsdc));
        skip(365 days);
        uint256 factor = host.healthFactor(address(comptroller), alice);
        uint256 debt = vUsdc.borrowBalanceStored(alice);
        assertApproxEqRel(debt, 8800e6, 0.001e18, "interest");
        (, uint256 liquidity,) = comptroller.getAccountLiquidity(alice);
        assertEq(factor, (debt * 1e12 + liquidity) * 1e18 / (debt * 1e12));
        assertApproxEqRel(factor, 1.8181e18, 0.001e18);
    }

    function test_RevertWhen_TheComptrollerAnswersAnErrorCode() external {
        comptroller.setLiquidityCode(13);
        _expectRefused(address(comptroller), 13);
        host.healthFactor(address(comptroller), alice);
    }

    function test_RevertWhen_AMarketOfTheOwnerCannotAccrue() external {
        vUsdc.setCodes(5, 0, 0, 0);
        _expectRefused(address(vUsdc), 5);
        host.healthFactor(address(comptroller), alice);
    }

    // ------------------------------------------------------------------ supply

    function testFuzz_ASupplyIsCredited(uint256 amount) external {
        amount = bound(amount, 1e13, 1e24);
        uint256 before = vWeth.balanceOf(alice);
        weth.mint(address(host), amount);
        host.supply(address(comptroller), address(vWeth), address(weth), amount, alice);
        uint256 credited = (vWeth.balanceOf(alice) - before) * vWeth.exchangeRateStored() / 1e18;
        assertLe(credited, amount);
        assertGe(credited, amount - vWeth.exchangeRateStored() / 1e18 - 1);
        assertEq(weth.balanceOf(address(host)), 0);
        assertEq(vWeth.balanceOf(address(host)), 0);
        assertEq(weth.allowance(address(host), address(vWeth)), 0);
    }

    function test_GivenInterestWasNotAccrued_ItSuppliesAtTheAccruedRate() external {
        vUsdc.setRatePerSecond(RATE);
        comptroller.enter(alice, address(vUsdc));
        skip(365 days);
        usdc.mint(address(host), 1000e6);
        host.supply(address(comptroller), address(vUsdc), address(usdc), 1000e6, alice);
        assertEq(vUsdc.balanceOf(alice), 1000e6 * 1e18 / vUsdc.exchangeRateStored());
        assertEq(vUsdc.balanceOf(address(host)), 0);
    }

    function test_RevertGiven_TheOwnerHasNotEnteredTheMarket() external {
        usdc.mint(address(host), 1000e6);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotEnabled.selector, address(comptroller), address(usdc), bob
            )
        );
        host.supply(address(comptroller), address(vUsdc), address(usdc), 1000e6, bob);
    }

    function test_RevertWhen_TheMarketIsPaused() external {
        weth.mint(address(host), 1 ether);
        vWeth.setPaused(true);
        vm.expectRevert(MockVToken.Paused.selector);
        host.supply(address(comptroller), address(vWeth), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheMarketAnswersAnErrorCodeToMinting() external {
        weth.mint(address(host), 1 ether);
        vWeth.setCodes(0, 3, 0, 0);
        _expectRefused(address(vWeth), 3);
        host.supply(address(comptroller), address(vWeth), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_SupplyingCannotAccrue() external {
        weth.mint(address(host), 1 ether);
        vWeth.setCodes(4, 0, 0, 0);
        _expectRefused(address(vWeth), 4);
        host.supply(address(comptroller), address(vWeth), address(weth), 1 ether, alice);
    }

    function test_RevertWhen_TheMarketGivesTooFewShares() external {
        weth.mint(address(host), 1 ether);
        vWeth.setLosses(1, 0);
        vm.expectRevert();
        host.supply(address(comptroller), address(vWeth), address(weth), 1 ether, alice);
    }

    function test_WhenASupplyLeavesSomeOfItsAllowance() external {
        weth.mint(address(host), 1 ether);
        weth.mint(address(vWeth), 1 ether);
        vWeth.setKeepsAllowance(true);
        host.supply(address(comptroller), address(vWeth), address(weth), 1 ether, alice);
        assertEq(weth.allowance(address(host), address(vWeth)), 0);
    }

    /// As many forks were robbed: one share is worth more than what arrives.
    function test_RevertWhen_SomebodyMadeSharesDear() external {
        (MockVToken dear, DevnetToken token) = _dearMarket(1 ether - 1);
        token.mint(address(host), 1.999 ether);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, 1 ether, 1.999 ether));
        host.supply(address(comptroller), address(dear), address(token), 1.999 ether, alice);
        token.mint(address(host), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, 0, 0.5 ether));
        host.supply(address(comptroller), address(dear), address(token), 0.5 ether, alice);
    }

    function test_WhenRoundingTakesAsMuchAsItMay() external {
        (MockVToken dear, DevnetToken token) = _dearMarket(1e18 - 1);
        // One in 10,000 is lost, and no more may be.
        token.mint(address(host), 20_000 ether);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, 9998 ether, 9998.9999 ether)
        );
        host.supply(address(comptroller), address(dear), address(token), 9998.9999 ether, alice);
        host.supply(address(comptroller), address(dear), address(token), 9999.9999 ether, alice);
        assertEq(dear.balanceOf(alice), 9999);
    }

    // ------------------------------------------------------------------ repay

    function testFuzz_ARepaymentOfLessThanTheDebt(uint256 amount) external {
        amount = bound(amount, 1, 8000e6);
        usdc.mint(address(host), amount);
        assertEq(host.repay(address(comptroller), address(vUsdc), address(usdc), amount, alice), 0);
        assertEq(vUsdc.borrowBalanceStored(alice), 8000e6 - amount);
        assertEq(usdc.balanceOf(address(host)), 0);
        assertEq(usdc.allowance(address(host), address(vUsdc)), 0);
    }

    function test_ARepaymentOfMoreThanTheDebt() external {
        vUsdc.setRatePerSecond(RATE);
        skip(365 days);
        usdc.mint(address(host), 20_000e6);
        uint256 left = host.repay(address(comptroller), address(vUsdc), address(usdc), 10_000e6, alice);
        assertApproxEqRel(left, 1200e6, 0.01e18);
        assertEq(vUsdc.borrowBalanceStored(alice), 0);
        assertEq(usdc.balanceOf(address(host)), 10_000e6 + left);
        assertEq(usdc.allowance(address(host), address(vUsdc)), 0);
    }

    function test_RevertGiven_TheOwnerOwesNothing() external {
        usdc.mint(address(host), 1e6);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.NoDebt.selector, address(comptroller), address(usdc), bob)
        );
        host.repay(address(comptroller), address(vUsdc), address(usdc), 1e6, bob);
    }

    function test_GivenTheBooksSayLessThanTheOwnerOwes() external {
        vUsdc.setTotalBorrows(8000e6 - 3);
        usdc.mint(address(host), 9000e6);
        assertEq(host.repay(address(comptroller), address(vUsdc), address(usdc), 9000e6, alice), 1000e6 + 3);
        assertEq(vUsdc.borrowBalanceStored(alice), 3);
    }

    function test_RevertWhen_RepayingIsPaused() external {
        usdc.mint(address(host), 1e6);
        vUsdc.setPaused(true);
        vm.expectRevert(MockVToken.Paused.selector);
        host.repay(address(comptroller), address(vUsdc), address(usdc), 1e6, alice);
    }

    function test_RevertWhen_TheMarketAnswersAnErrorCodeToRepaying() external {
        usdc.mint(address(host), 1e6);
        vUsdc.setCodes(0, 0, 0, 2);
        _expectRefused(address(vUsdc), 2);
        host.repay(address(comptroller), address(vUsdc), address(usdc), 1e6, alice);
    }

    function test_RevertWhen_RepayingCannotAccrue() external {
        usdc.mint(address(host), 1e6);
        vUsdc.setCodes(6, 0, 0, 0);
        _expectRefused(address(vUsdc), 6);
        host.repay(address(comptroller), address(vUsdc), address(usdc), 1e6, alice);
    }

    function test_RevertWhen_TheMarketWritesDownLessThanItWasPaid() external {
        usdc.mint(address(host), 100e6);
        vUsdc.setLosses(0, 1);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.DebtNotReduced.selector, 100e6 - 1, 100e6));
        host.repay(address(comptroller), address(vUsdc), address(usdc), 100e6, alice);
    }

    function test_WhenARepaymentLeavesSomeOfItsAllowance() external {
        usdc.mint(address(host), 100e6);
        vUsdc.setKeepsAllowance(true);
        host.repay(address(comptroller), address(vUsdc), address(usdc), 100e6, alice);
        assertEq(usdc.allowance(address(host), address(vUsdc)), 0);
    }

    // ------------------------------------------------------------------ as tests see it

    function _supplyTo(address user, MockVToken token, uint256 amount) private {
        DevnetToken asset = DevnetToken(token.underlying());
        asset.mint(user, amount);
        vm.startPrank(user);
        asset.approve(address(token), amount);
        token.mint(amount);
        vm.stopPrank();
    }

    /// A market with a single share, that is worth `gift` and one; alice is in it.
    function _dearMarket(uint256 gift) private returns (MockVToken dear, DevnetToken token) {
        token = new DevnetToken("Dear", "DEAR", 18, address(this));
        dear = new MockVToken(address(comptroller), address(token), 1e18);
        comptroller.list(dear, 1e18, 0.5e18, 0.5e18);
        comptroller.enter(alice, address(dear));
        _supplyTo(bob, dear, 1);
        token.mint(address(dear), gift);
        assertEq(dear.exchangeRateStored(), (gift + 1) * 1e18);
    }

    function _sharesFor(MockVToken token, uint256 amount) private view returns (uint256) {
        uint256 rate = token.exchangeRateStored();
        return (amount * 1e18 + rate - 1) / rate;
    }

    function _allow(address user, MockVToken token, uint256 shares) private {
        vm.prank(user);
        token.approve(address(host), shares);
    }

    function _expectNotListed(MockComptroller market, MockVToken token) private {
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.TokenNotListed.selector, address(market), address(token))
        );
    }

    function _expectNotAvailable(MockVToken token, uint256 balance, uint256 allowed, uint256 shares) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotAvailable.selector, address(token), balance, allowed, shares
            )
        );
    }

    function _expectRefused(address market, uint256 code) private {
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.MarketRefused.selector, market, code));
    }
}

contract CompoundV2ConnectorVenusTest is CompoundV2ConnectorTest {
    function _isVenus() internal pure override returns (bool) {
        return true;
    }
}

contract CompoundV2ConnectorCompoundTest is CompoundV2ConnectorTest {
    function _isVenus() internal pure override returns (bool) {
        return false;
    }
}

/// @notice The token of a chain's own coin, as Compound's own is: any call is a supply, and none of an asset.
contract CoinToken {
    address public immutable comptroller;
    uint256 private _supplies;

    constructor(address comptroller_) {
        comptroller = comptroller_;
    }

    fallback() external {
        ++_supplies;
    }
}
