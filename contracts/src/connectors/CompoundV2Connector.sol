// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CompoundV2Health} from "../health/CompoundV2Health.sol";
import {ICollateralRouter} from "../interfaces/ICollateralRouter.sol";
import {ICompoundV2Token, IComptroller} from "../interfaces/ICompoundV2.sol";

/// @title Compound V2 connector
/// @notice Takes collateral out of a market of the Compound V2 family and puts it in, or repays a debt there.
/// @dev All functions are internal and so become part of the router. The caller has checked that `comptroller` is trusted and
/// that `token` is its token for `asset`. All is said in shares, which every member of the family counts alike.
library CompoundV2Connector {
    using SafeERC20 for IERC20;

    uint256 private constant WAD = 1e18;
    /// Shares are whole numbers: a supply loses less than one share's worth. That may be at most this part of it, which is
    /// little for any amount worth a move, and takes the gain from whoever makes shares dear before a move arrives.
    uint256 internal constant MAX_SUPPLY_LOSS = 10_000;

    /// @notice The asset of a token that a router is deployed with. Reverts for the token of a chain's own coin, which has none.
    function assetOf(address comptroller, address token) internal view returns (address asset) {
        bool isListed = IComptroller(comptroller).markets(token);
        if (!isListed || ICompoundV2Token(token).comptroller() != comptroller) {
            revert ICollateralRouter.TokenNotListed(comptroller, token);
        }
        return ICompoundV2Token(token).underlying();
    }

    /// @notice Turns the owner's shares that are worth `amount`, rounded up, into the asset. What the last of them is worth
    /// beyond that goes to the owner.
    function withdraw(address token, address asset, uint256 amount, address owner) internal {
        CompoundV2Health.accrue(ICompoundV2Token(token));
        uint256 rate = ICompoundV2Token(token).exchangeRateStored();
        uint256 shares = Math.mulDiv(amount, WAD, rate, Math.Rounding.Ceil);
        _pull(ICompoundV2Token(token), shares, owner);
        // What they are worth is known: no amount is taken from a balance, in which others' deliveries may lie.
        uint256 worth = shares * rate / WAD;
        uint256 before = IERC20(asset).balanceOf(address(this));
        CompoundV2Health.require0(ICompoundV2Token(token), ICompoundV2Token(token).redeem(shares));
        uint256 paid = IERC20(asset).balanceOf(address(this)) - before;
        // A market may take a fee: then less comes than was asked for.
        if (paid < worth) revert ICollateralRouter.WithdrawnOtherwise(paid, worth);
        if (worth > amount) IERC20(asset).safeTransfer(owner, worth - amount);
    }

    /// @notice What the market's own figures say about the owner, WAD.
    function healthFactor(address comptroller, address owner) internal returns (uint256) {
        return CompoundV2Health.healthFactor(IComptroller(comptroller), owner);
    }

    /// @notice Supplies the router's `amount` for the owner, and reverts unless it counts as the owner's collateral.
    /// @dev By `mint` and a transfer of the shares: not every member of the family can supply for another.
    function supply(address comptroller, address token, address asset, uint256 amount, address owner) internal {
        CompoundV2Health.accrue(ICompoundV2Token(token));
        uint256 rate = ICompoundV2Token(token).exchangeRateStored();
        uint256 shares = amount * WAD / rate;
        uint256 before = ICompoundV2Token(token).balanceOf(owner);
        IERC20(asset).forceApprove(token, amount);
        CompoundV2Health.require0(ICompoundV2Token(token), ICompoundV2Token(token).mint(amount));
        _takeBackAllowance(asset, token);
        IERC20(token).safeTransfer(owner, shares);
        // At the rate of before: what rounding took from the owner would raise that of now.
        uint256 credited = (ICompoundV2Token(token).balanceOf(owner) - before) * rate / WAD;
        if (credited + amount / MAX_SUPPLY_LOSS < amount) {
            revert ICollateralRouter.SupplyNotCredited(credited, amount);
        }
        if (!IComptroller(comptroller).checkMembership(owner, token)) {
            revert ICollateralRouter.CollateralNotEnabled(comptroller, asset, owner);
        }
    }

    /// @notice Repays what the owner owes of the asset, up to the router's `amount`. `left` is what was not needed of it.
    function repay(address comptroller, address token, address asset, uint256 amount, address owner)
        internal
        returns (uint256 left)
    {
        CompoundV2Health.accrue(ICompoundV2Token(token));
        uint256 debt = ICompoundV2Token(token).borrowBalanceStored(owner);
        // A token takes no more than its books say that all owe, and rounding can leave less there.
        uint256 paid = Math.min(amount, Math.min(debt, ICompoundV2Token(token).totalBorrows()));
        if (paid == 0) revert ICollateralRouter.NoDebt(comptroller, asset, owner);
        IERC20(asset).forceApprove(token, paid);
        CompoundV2Health.require0(ICompoundV2Token(token), ICompoundV2Token(token).repayBorrowBehalf(owner, paid));
        _takeBackAllowance(asset, token);
        uint256 reduced = debt - ICompoundV2Token(token).borrowBalanceStored(owner);
        if (reduced < paid) revert ICollateralRouter.DebtNotReduced(reduced, paid);
        return amount - paid;
    }

    /// @dev Nothing of the shares stays: exactly what is redeemed is pulled.
    function _pull(ICompoundV2Token token, uint256 shares, address owner) private {
        uint256 balance = token.balanceOf(owner);
        uint256 allowance = token.allowance(owner, address(this));
        if (Math.min(balance, allowance) < shares) {
            revert ICollateralRouter.CollateralNotAvailable(address(token), balance, allowance, shares);
        }
        // An error code of Compound's own is a `false` here.
        IERC20(token).safeTransferFrom(owner, address(this), shares);
    }

    function _takeBackAllowance(address asset, address token) private {
        if (IERC20(asset).allowance(address(this), token) != 0) IERC20(asset).forceApprove(token, 0);
    }
}
