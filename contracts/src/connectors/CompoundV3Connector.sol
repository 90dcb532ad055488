// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CometCollateral, CompoundV3Health} from "../health/CompoundV3Health.sol";
import {Grant, ICollateralRouter, Signature} from "../interfaces/ICollateralRouter.sol";
import {CometAssetInfo, IComet} from "../interfaces/IComet.sol";

/// @title Compound V3 connector
/// @notice Takes collateral out of a Comet, puts it in, and repays its base token.
/// @dev All functions are internal and so become part of the router. The caller has checked that `comet` is trusted.
library CompoundV3Connector {
    using SafeERC20 for IERC20;

    /// A repayment may lower the debt by this much less than was paid, for any index below 8.
    uint256 internal constant REPAY_ROUNDING = 10;

    /// @notice Uses what the owner signed. It proves nothing: what counts is what Comet then says, which {withdraw}
    /// asks.
    function give(address comet, address owner, Grant calldata grant) internal {
        _allow(comet, owner, true, grant.nonce, grant.deadline, grant.give);
    }

    /// @notice Revokes by what the owner signed, and reverts if the router is allowed all the same.
    function takeBack(address comet, address owner, Grant calldata grant) internal {
        _allow(comet, owner, false, grant.nonce + 1, grant.deadline, grant.takeBack);
        if (IComet(comet).hasPermission(owner, address(this))) {
            revert ICollateralRouter.AuthorizationLeft(comet, owner);
        }
    }

    /// @notice Turns `amount` of the owner's collateral into `amount` of the asset in the router.
    function withdraw(address comet, address asset, uint256 amount, address owner) internal {
        // Of the base token Comet would lend what the owner has not supplied.
        _checkCollateral(comet, asset);
        if (!IComet(comet).hasPermission(owner, address(this))) {
            revert ICollateralRouter.NotAuthorized(comet, owner);
        }
        uint256 collateral = _collateralOf(comet, asset, owner);
        if (collateral < amount) {
            revert ICollateralRouter.CollateralNotAvailable(comet, collateral, type(uint256).max, amount);
        }
        uint256 before = IERC20(asset).balanceOf(address(this));
        IComet(comet).withdrawFrom(owner, address(this), asset, amount);
        uint256 withdrawn = IERC20(asset).balanceOf(address(this)) - before;
        if (withdrawn != amount) revert ICollateralRouter.WithdrawnOtherwise(withdrawn, amount);
    }

    /// @notice The owner's health factor with interest up to now, WAD.
    /// @dev Reverts over a bad price of any collateral that the owner has.
    function healthFactor(address comet, address owner) internal returns (uint256) {
        IComet(comet).accrueAccount(owner);
        uint256 debt = IComet(comet).borrowBalanceOf(owner);
        // Without a debt no price is asked, as Comet itself does not.
        if (debt == 0) return type(uint256).max;
        uint256 basePrice = IComet(comet).getPrice(IComet(comet).baseTokenPriceFeed());
        return CompoundV3Health.factor(_collateralsOf(comet, owner), debt, basePrice, IComet(comet).baseScale());
    }

    /// @notice Supplies the router's `amount` for the owner, and reverts unless all of it is the owner's collateral.
    function supply(address comet, address asset, uint256 amount, address owner) internal {
        // The base token would repay, or be lent out: it backs nothing.
        _checkCollateral(comet, asset);
        uint256 before = _collateralOf(comet, asset, owner);
        _pay(comet, asset, amount, owner);
        uint256 credited = _collateralOf(comet, asset, owner) - before;
        if (credited < amount) revert ICollateralRouter.SupplyNotCredited(credited, amount);
    }

    /// @notice Repays what the owner owes, up to `amount`, and reverts unless the debt fell by as much.
    /// @return left What was not needed, and still is in the router.
    function repay(address comet, address asset, uint256 amount, address owner) internal returns (uint256 left) {
        if (IComet(comet).baseToken() != asset) revert ICollateralRouter.UnknownAsset(asset);
        IComet(comet).accrueAccount(owner);
        uint256 debt = IComet(comet).borrowBalanceOf(owner);
        if (debt == 0) revert ICollateralRouter.NoDebt(comet, asset, owner);
        // More than is owed would be supplied, and back nothing.
        uint256 paid = Math.min(amount, debt);
        _pay(comet, asset, paid, owner);
        uint256 reduced = debt - IComet(comet).borrowBalanceOf(owner);
        if (reduced + REPAY_ROUNDING < paid) revert ICollateralRouter.DebtNotReduced(reduced, paid);
        return amount - paid;
    }

    function _pay(address comet, address asset, uint256 amount, address owner) private {
        IERC20(asset).forceApprove(comet, amount);
        IComet(comet).supplyTo(owner, asset, amount);
        if (IERC20(asset).allowance(address(this), comet) != 0) IERC20(asset).forceApprove(comet, 0);
    }

    function _allow(
        address comet,
        address owner,
        bool isAllowed,
        uint256 nonce,
        uint256 expiry,
        Signature calldata signature
    ) private {
        try IComet(comet)
            .allowBySig(owner, address(this), isAllowed, nonce, expiry, signature.v, signature.r, signature.s) {}
            catch {}
    }

    function _checkCollateral(address comet, address asset) private view {
        if (IComet(comet).baseToken() == asset) revert ICollateralRouter.NotCollateral(comet, asset);
    }

    function _collateralOf(address comet, address asset, address owner) private view returns (uint256 balance) {
        (balance,) = IComet(comet).userCollateral(owner, asset);
    }

    /// @dev What the owner's bitmap names, as Comet itself counts.
    function _collateralsOf(address comet, address owner) private view returns (CometCollateral[] memory collaterals) {
        (,,, uint256 assetsIn, uint256 reserved) = IComet(comet).userBasic(owner);
        // From the 17th on the bits are in what was reserved.
        assetsIn |= reserved << 16;
        collaterals = new CometCollateral[](IComet(comet).numAssets());
        for (uint8 i = 0; i < collaterals.length; ++i) {
            // What the owner has none of weighs nothing; its scale must not be zero.
            collaterals[i].scale = 1;
            if ((assetsIn >> i) & 1 == 0) continue;
            CometAssetInfo memory info = IComet(comet).getAssetInfo(i);
            collaterals[i] = CometCollateral({
                balance: _collateralOf(comet, info.asset, owner),
                price: IComet(comet).getPrice(info.priceFeed),
                scale: info.scale,
                liquidateFactor: info.liquidateCollateralFactor
            });
        }
    }
}
