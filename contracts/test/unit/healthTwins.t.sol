// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {stdError} from "forge-std/StdError.sol";
import {Test} from "forge-std/Test.sol";
import {CometCollateral, CompoundV3Health} from "../../src/health/CompoundV3Health.sol";
import {MorphoBlueHealth} from "../../src/health/MorphoBlueHealth.sol";
import {CompoundV2Host} from "../mocks/CompoundV2Host.sol";
import {MockComptroller} from "../mocks/MockComptroller.sol";
import {MockVToken} from "../mocks/MockVToken.sol";
import {HealthVectors} from "../vectors/HealthVectors.sol";

/// @notice The SDK's own figures for positions of every kind, to the unit. vitest plays the same cases against the SDK.
contract HealthTwinsTest is Test {
    bytes private _data;
    uint256 private _at;

    function test_MorphoBlue_OnSharedVectors() external {
        _data = HealthVectors.MORPHO_BLUE;
        for (uint256 i = 0; i < HealthVectors.MORPHO_BLUE_COUNT; ++i) {
            (uint256 collateral, uint256 price, uint256 lltv) = (_next(32), _next(32), _next(32));
            (uint256 shares, uint256 totalAssets, uint256 totalShares) = (_next(32), _next(32), _next(32));
            uint256 debt = MorphoBlueHealth.debtOf(shares, totalAssets, totalShares);
            assertEq(MorphoBlueHealth.factor(collateral, price, lltv, debt), _next(32), vm.toString(i));
        }
        assertEq(_at, _data.length);
    }

    function test_CompoundV3_OnSharedVectors() external {
        _data = HealthVectors.COMPOUND_V3;
        uint256 measured = 0;
        for (uint256 i = 0; i < HealthVectors.COMPOUND_V3_COUNT; ++i) {
            CometCollateral[] memory collateral = new CometCollateral[](_next(1));
            uint256 said = _next(1);
            (uint256 debt, uint256 basePrice, uint256 baseScale) = (_next(16), _next(16), _next(16));
            uint256 expected = _next(32);
            for (uint256 j = 0; j < collateral.length; ++j) {
                collateral[j] = CometCollateral(_next(16), _next(16), _next(16), _next(16));
            }
            uint256 factor = CompoundV3Health.factor(collateral, debt, basePrice, baseScale);
            assertEq(factor, expected, vm.toString(i));
            if (said == 0) continue;
            ++measured;
            // What a real Comet said of it once.
            assertEq(factor < 1e18, said == 2, vm.toString(i));
        }
        assertEq(_at, _data.length);
        assertGt(measured, 50);
    }

    function test_CompoundV2_OnSharedVectors() external {
        _data = HealthVectors.COMPOUND_V2;
        CompoundV2Host host = new CompoundV2Host();
        MockComptroller[2] memory comptrollers = [new MockComptroller(false), new MockComptroller(true)];
        MockVToken[4][2] memory tokens;
        for (uint256 i = 0; i < 8; ++i) {
            tokens[i / 4][i % 4] = new MockVToken(address(comptrollers[i / 4]), address(this), 1e18);
        }
        for (uint256 i = 0; i < HealthVectors.COMPOUND_V2_COUNT; ++i) {
            address owner = address(uint160(0xa11ce0000 + i));
            uint256 isVenus = _next(1);
            uint256 count = _next(1);
            uint256 expected = _next(32);
            for (uint256 j = 0; j < count; ++j) {
                _enter(comptrollers[isVenus], tokens[isVenus][j], owner);
            }
            assertEq(host.healthFactor(address(comptrollers[isVenus]), owner), expected, vm.toString(i));
        }
        assertEq(_at, _data.length);
    }

    function _enter(MockComptroller comptroller, MockVToken token, address owner) private {
        (uint256 shares, uint256 rate, uint256 price) = (_next(16), _next(16), _next(16));
        uint256 factor = _next(16);
        comptroller.list(token, price, factor, factor);
        comptroller.enter(owner, address(token));
        token.setState(owner, shares, rate, _next(16));
    }

    /// Where Morpho itself reverts, nothing is said.
    function test_RevertWhen_MorphoCouldNotMultiply() external {
        vm.expectRevert(stdError.arithmeticError);
        this.morphoFactor(type(uint128).max, type(uint256).max, 0.86e18, 1);
    }

    function morphoFactor(uint256 collateral, uint256 price, uint256 lltv, uint256 debt)
        external
        pure
        returns (uint256)
    {
        return MorphoBlueHealth.factor(collateral, price, lltv, debt);
    }

    /// A repayment takes off all the shares that it pays for, and not one more.
    function testFuzz_SharesOfMorpho(uint256 assets, uint256 totalAssets, uint256 totalShares) external pure {
        assets = bound(assets, 0, type(uint120).max);
        totalAssets = bound(totalAssets, 0, type(uint120).max);
        totalShares = bound(totalShares, 0, type(uint120).max);
        uint256 shares = MorphoBlueHealth.sharesFor(assets, totalAssets, totalShares);
        assertLe(MorphoBlueHealth.debtOf(shares, totalAssets, totalShares), assets);
        assertGt(MorphoBlueHealth.debtOf(shares + 1, totalAssets, totalShares), assets);
    }

    /// The next so many bytes as a number.
    function _next(uint256 size) private returns (uint256 value) {
        for (uint256 i = 0; i < size; ++i) {
            value = value << 8 | uint8(_data[_at + i]);
        }
        _at += size;
    }
}
