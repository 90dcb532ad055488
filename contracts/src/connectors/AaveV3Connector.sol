// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AaveReserveHead, IAaveV3Pool} from "../interfaces/IAaveV3Pool.sol";
import {Grant, ICollateralRouter, Signature} from "../interfaces/ICollateralRouter.sol";

/// @title Aave V3 connector
/// @notice Takes collateral out of an Aave V3 pool and puts it in.
/// @dev All functions are internal and so become part of the router: no call leaves it for a connector, and none is
/// delegated. The caller has checked that `pool` is trusted.
library AaveV3Connector {
    using SafeERC20 for IERC20;

    /// A pool keeps balances divided by its index. What is pulled may arrive up to this much smaller.
    uint256 internal constant PULL_ROUNDING = 2;
    /// A supply may raise the receipt balance by this much less than was supplied, for any index below 8; a repayment may
    /// lower the debt by this much less than was paid.
    uint256 internal constant SUPPLY_ROUNDING = 10;

    uint256 internal constant REPAY_ROUNDING = 10;
    /// Debts at a stable rate are no more.
    uint256 private constant VARIABLE_RATE = 2;

    /// @notice Uses a permit for the receipt token.
    function give(address pool, address asset, address owner, Grant calldata grant) internal {
        _permit(_reserveOf(pool, asset).aToken, owner, grant.value, grant.deadline, grant.give);
    }

    /// @notice Uses a permit over nothing, where one was signed, and reverts unless it was good: what rounding left of the
    /// allowance is gone.
    function takeBack(address pool, address asset, address owner, Grant calldata grant) internal {
        if (grant.takeBack.v == 0) return;
        address aToken = _reserveOf(pool, asset).aToken;
        if (IERC20(aToken).allowance(owner, address(this)) == 0) return;
        _permit(aToken, owner, 0, grant.deadline, grant.takeBack);
        if (IERC20(aToken).allowance(owner, address(this)) != 0) {
            revert ICollateralRouter.AuthorizationLeft(pool, owner);
        }
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

    /// @notice Repays the owner's debt at the variable rate with the router's `amount`, up to all of it.
    function repay(address pool, address asset, uint256 amount, address owner) internal returns (uint256 left) {
        address debtToken = _reserveOf(pool, asset).variableDebtToken;
        uint256 debt = IERC20(debtToken).balanceOf(owner);
        if (debt == 0) revert ICollateralRouter.NoDebt(pool, asset, owner);
        uint256 paid = Math.min(amount, debt);
        IERC20(asset).forceApprove(pool, paid);
        IAaveV3Pool(pool).repay(asset, paid, VARIABLE_RATE, owner);
        if (IERC20(asset).allowance(address(this), pool) != 0) IERC20(asset).forceApprove(pool, 0);
        uint256 reduced = debt - IERC20(debtToken).balanceOf(owner);
        if (reduced + REPAY_ROUNDING < paid) revert ICollateralRouter.DebtNotReduced(reduced, paid);
        return amount - paid;
    }

    function _permit(address aToken, address owner, uint256 value, uint256 deadline, Signature calldata signature)
        private
    {
        try IERC20Permit(aToken).permit(owner, address(this), value, deadline, signature.v, signature.r, signature.s) {}
            catch {}
    }

    function _reserveOf(address pool, address asset) private view returns (AaveReserveHead memory reserve) {
        reserve = IAaveV3Pool(pool).getReserveData(asset);
        if (reserve.aToken == address(0)) revert ICollateralRouter.UnknownAsset(asset);
    }
}
