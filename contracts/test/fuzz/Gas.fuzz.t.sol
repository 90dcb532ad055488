// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Action, ArrivalStatus, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {EveryProtocolTest} from "../EveryProtocolTest.sol";

/// @notice Threat B12 at every protocol: a stranger composes with any gas, while the market is open or closed.
contract GasFuzzTest is EveryProtocolTest {
    uint256 private constant MIN_GAS = 30_000;
    uint256 private constant MAX_GAS = 2_000_000;

    bytes32 private aaveSupply;
    bytes32 private aaveRepayment;
    bytes32 private morphoSupply;
    bytes32 private morphoRepayment;
    bytes32 private cometSupply;
    bytes32 private cometRepayment;
    bytes32 private compoundSupply;
    bytes32 private compoundRepayment;

    /// Everything is delivered before: a run is one compose.
    function setUp() public override {
        super.setUp();
        _openPositions();
        _borrow(destination, alice, address(usdc), 5000e6);
        aaveSupply = _deliver("aave", address(destination), 0, Action.Supply);
        aaveRepayment = _deliver("aave debt", address(destination), 0, Action.Repay);
        morphoSupply = _deliver("morpho", address(morpho), id, Action.Supply);
        morphoRepayment = _deliver("morpho debt", address(morpho), id, Action.Repay);
        cometSupply = _deliver("comet", address(comet), 0, Action.Supply);
        cometRepayment = _deliver("comet debt", address(comet), 0, Action.Repay);
        compoundSupply = _deliver("compound", address(comptroller), 0, Action.Supply);
        compoundRepayment = _deliver("compound debt", address(comptroller), 0, Action.Repay);
    }

    /// 2 WETH as collateral, or 6,000 USDC for a debt of 5,000.
    function _deliver(bytes32 moveId, address market, bytes32 marketId, Action action) private returns (bytes32) {
        Move memory move = _move(action == Action.Supply ? 2 ether : 6000e6);
        (move.id, move.dstMarket, move.dstMarketId, move.action) = (moveId, market, marketId, action);
        if (action == Action.Repay) move.asset = address(usdc);
        move.settleGas = 1_000_000;
        return _deliverFrom(alice, move);
    }

    function _setPaused(bool paused) private {
        destination.setPaused(paused);
        morpho.setPaused(paused);
        comet.setSupplyPaused(paused);
        vWeth.setPaused(paused);
        vUsdc.setPaused(paused);
    }

    function _tryCompose(bytes32 guid, uint256 gasLimit) private returns (bool ok) {
        vm.prank(mallory);
        try endpoint.compose{gas: bound(gasLimit, MIN_GAS, MAX_GAS)}(guid) {
            ok = true;
        } catch {}
    }

    /// It is credited, or nothing has happened, and whoever gives what was bought finishes it.
    function _assertItIsNeverParked(bytes32 guid, uint256 gasLimit) private {
        bool ok = _tryCompose(guid, gasLimit);
        _assertStatus(guid, ok ? ArrivalStatus.Credited : ArrivalStatus.None);
        assertEq(endpoint.isQueued(guid), !ok, "queued");
        if (ok) return;
        _composeAsBought(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    /// It is parked or nothing has happened; all of it is here, and becomes the owner's when the market opens.
    function _assertNothingIsLost(bytes32 guid, uint256 gasLimit) private {
        bool repays =
            guid == aaveRepayment || guid == morphoRepayment || guid == cometRepayment || guid == compoundRepayment;
        (address asset, uint256 amount) = repays ? (address(usdc), 6000e6) : (address(weth), 2 ether);
        _setPaused(true);
        bool ok = _tryCompose(guid, gasLimit);
        _assertStatus(guid, ok ? ArrivalStatus.Parked : ArrivalStatus.None);
        assertEq(endpoint.isQueued(guid), !ok, "queued");
        assertEq(router.totalParked(asset), ok ? amount : 0, "parked");
        // Four of each asset are here.
        assertEq(repays ? usdc.balanceOf(address(router)) : weth.balanceOf(address(router)), 4 * amount, "balance");
        _setPaused(false);
        if (ok) {
            vm.prank(alice);
            router.retry(guid);
        } else {
            _composeAsBought(guid);
        }
        _assertStatus(guid, ArrivalStatus.Credited);
        assertEq(router.totalParked(asset), 0);
    }

    function testFuzz_AaveV3_AHealthyMarketIsNeverParked(uint256 gasLimit, bool repays) external {
        _assertItIsNeverParked(repays ? aaveRepayment : aaveSupply, gasLimit);
    }

    function testFuzz_AaveV3_NothingIsLostAtAPausedMarket(uint256 gasLimit, bool repays) external {
        _assertNothingIsLost(repays ? aaveRepayment : aaveSupply, gasLimit);
    }

    function testFuzz_MorphoBlue_AHealthyMarketIsNeverParked(uint256 gasLimit, bool repays) external {
        _assertItIsNeverParked(repays ? morphoRepayment : morphoSupply, gasLimit);
    }

    function testFuzz_MorphoBlue_NothingIsLostAtAPausedMarket(uint256 gasLimit, bool repays) external {
        _assertNothingIsLost(repays ? morphoRepayment : morphoSupply, gasLimit);
    }

    function testFuzz_CompoundV3_AHealthyMarketIsNeverParked(uint256 gasLimit, bool repays) external {
        _assertItIsNeverParked(repays ? cometRepayment : cometSupply, gasLimit);
    }

    function testFuzz_CompoundV3_NothingIsLostAtAPausedMarket(uint256 gasLimit, bool repays) external {
        _assertNothingIsLost(repays ? cometRepayment : cometSupply, gasLimit);
    }

    function testFuzz_CompoundV2_AHealthyMarketIsNeverParked(uint256 gasLimit, bool repays) external {
        _assertItIsNeverParked(repays ? compoundRepayment : compoundSupply, gasLimit);
    }

    function testFuzz_CompoundV2_NothingIsLostAtAPausedMarket(uint256 gasLimit, bool repays) external {
        _assertNothingIsLost(repays ? compoundRepayment : compoundSupply, gasLimit);
    }
}
