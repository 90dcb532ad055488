// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AaveReserveHead, IAaveV3Pool} from "../interfaces/IAaveV3Pool.sol";
import {ICollateralRouter, Permit} from "../interfaces/ICollateralRouter.sol";

/// @title Aave V3 connector
/// @notice Takes collateral out of an Aave V3 pool and puts it in.
/// @dev All functions are internal and so become part of the router: no call leaves it for a connector, and none is
/// delegated. The caller has checked that `pool` is trusted.
library AaveV3Connector {
    using SafeERC20 for IERC20;

    /// A pool keeps balances divided by its index. What is pulled may arrive up to this much smaller.
    uint256 internal constant PULL_ROUNDING = 2;
    /// A supply may raise the receipt balance by this much less than was supplied, for any index below 8.
    uint256 internal constant SUPPLY_ROUNDING = 10;

    /// @notice Uses a permit for the receipt token. It proves nothing: it may have been used by someone else before, and a
    /// token without permits may swallow it. What counts is the allowance, which {withdraw} looks at.
    function usePermit(address pool, address asset, address owner, Permit calldata permit) internal {
        try IERC20Permit(_reserveOf(pool, asset).aToken)
            .permit(owner, address(this), permit.value, permit.deadline, permit.v, permit.r, permit.s) {}
            catch {}
    }

    /// @notice Turns `amount` of the owner's collateral into `amount` of the asset in the router.
    function withdraw(address pool, address asset, uint256 amount, address owner) internal {
        IERC20 aToken = IERC20(_reserveOf(pool, asset).aToken);
        uint256 balance = aToken.balanceOf(owner);
        uint256 allowance = aToken.allowance(owner, address(this));
        uint256 pulled = Math.min(Math.min(balance, allowance), Math.saturatingAdd(amount, PULL_ROUNDING));
        if (pulled < amount) {
            revert ICollateralRouter.CollateralNotAvailable(address(aToken), balance, allowance, amount);
        }
        uint256 before = aToken.balanceOf(address(this));
        aToken.safeTransferFrom(owner, address(this), pulled);
        IAaveV3Pool(pool).withdraw(asset, amount, address(this));
        // Only what this move brought and did not need: a donation of receipt tokens stays where it is.
        uint256 afterwards = aToken.balanceOf(address(this));
        if (afterwards > before) aToken.safeTransfer(owner, afterwards - before);
    }

    /// @notice What the pool itself says about the owner, WAD.
    function healthFactor(address pool, address owner) internal view returns (uint256 factor) {
        (,,,,, factor) = IAaveV3Pool(pool).getUserAccountData(owner);
    }

    /// @notice Supplies the router's `amount` for the owner, and reverts unless it counts as the owner's collateral.
    function supply(address pool, address asset, uint256 amount, address owner) internal {
        AaveReserveHead memory reserve = _reserveOf(pool, asset);
        uint256 before = IERC20(reserve.aToken).balanceOf(owner);
        IERC20(asset).forceApprove(pool, amount);
        IAaveV3Pool(pool).supply(asset, amount, owner, 0);
        if (IERC20(asset).allowance(address(this), pool) != 0) IERC20(asset).forceApprove(pool, 0);
        uint256 credited = IERC20(reserve.aToken).balanceOf(owner) - before;
        if (credited + SUPPLY_ROUNDING < amount) revert ICollateralRouter.SupplyNotCredited(credited, amount);
        if ((IAaveV3Pool(pool).getUserConfiguration(owner) >> (2 * uint256(reserve.id) + 1)) & 1 == 0) {
            revert ICollateralRouter.CollateralNotEnabled(pool, asset, owner);
        }
    }

    function _reserveOf(address pool, address asset) private view returns (AaveReserveHead memory reserve) {
        reserve = IAaveV3Pool(pool).getReserveData(asset);
        if (reserve.aToken == address(0)) revert ICollateralRouter.UnknownAsset(asset);
    }
}
