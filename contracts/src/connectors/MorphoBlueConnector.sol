// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MorphoBlueHealth} from "../health/MorphoBlueHealth.sol";
import {Grant, ICollateralRouter, Signature} from "../interfaces/ICollateralRouter.sol";
import {
    IMorphoBlue,
    IMorphoOracle,
    MorphoAuthorization,
    MorphoMarketParams,
    MorphoSignature
} from "../interfaces/IMorphoBlue.sol";

/// @title Morpho Blue connector
/// @notice Takes collateral out of a market of Morpho Blue, puts it in, and repays.
/// @dev All functions are internal and so become part of the router. The caller has checked that `morpho` is trusted.
/// Its
/// markets are not: anybody opens one, with a token, an oracle and a model of their own. An owner names the market, and
/// it can
/// harm nobody else: of its tokens only one that the router carries is ever touched.
library MorphoBlueConnector {
    using SafeERC20 for IERC20;

    /// @notice Uses what the owner signed. It proves nothing: what counts is what Morpho then says, which {withdraw}
    /// asks.
    function give(address morpho, address owner, Grant calldata grant) internal {
        _authorize(morpho, owner, true, grant.nonce, grant.deadline, grant.give);
    }

    /// @notice Revokes by what the owner signed, and reverts if the router is authorised all the same.
    function takeBack(address morpho, address owner, Grant calldata grant) internal {
        _authorize(morpho, owner, false, grant.nonce + 1, grant.deadline, grant.takeBack);
        if (IMorphoBlue(morpho).isAuthorized(owner, address(this))) {
            revert ICollateralRouter.AuthorizationLeft(morpho, owner);
        }
    }

    /// @notice Turns `amount` of the owner's collateral into `amount` of the asset in the router.
    function withdraw(address morpho, bytes32 id, address asset, uint256 amount, address owner) internal {
        MorphoMarketParams memory params = _marketOf(morpho, id);
        _checkCollateral(morpho, params, asset);
        if (!IMorphoBlue(morpho).isAuthorized(owner, address(this))) {
            revert ICollateralRouter.NotAuthorized(morpho, owner);
        }
        uint256 collateral = _collateralOf(morpho, id, owner);
        if (collateral < amount) {
            revert ICollateralRouter.CollateralNotAvailable(morpho, collateral, type(uint256).max, amount);
        }
        uint256 before = IERC20(asset).balanceOf(address(this));
        IMorphoBlue(morpho).withdrawCollateral(params, amount, owner, address(this));
        uint256 withdrawn = IERC20(asset).balanceOf(address(this)) - before;
        if (withdrawn != amount) revert ICollateralRouter.WithdrawnOtherwise(withdrawn, amount);
    }

    /// @notice The owner's health factor in the market with interest up to now, WAD.
    function healthFactor(address morpho, bytes32 id, address owner) internal returns (uint256) {
        MorphoMarketParams memory params = _marketOf(morpho, id);
        IMorphoBlue(morpho).accrueInterest(params);
        (, uint256 borrowShares, uint256 collateral) = IMorphoBlue(morpho).position(id, owner);
        // Without a debt no oracle is asked, as Morpho itself does not.
        if (borrowShares == 0) return type(uint256).max;
        (uint256 totalAssets, uint256 totalShares) = _borrowTotals(morpho, id);
        uint256 debt = MorphoBlueHealth.debtOf(borrowShares, totalAssets, totalShares);
        return MorphoBlueHealth.factor(collateral, IMorphoOracle(params.oracle).price(), params.lltv, debt);
    }

    /// @notice Supplies the router's `amount` for the owner, and reverts unless all of it is the owner's collateral.
    function supply(address morpho, bytes32 id, address asset, uint256 amount, address owner) internal {
        MorphoMarketParams memory params = _marketOf(morpho, id);
        _checkCollateral(morpho, params, asset);
        uint256 before = _collateralOf(morpho, id, owner);
        IERC20(asset).forceApprove(morpho, amount);
        IMorphoBlue(morpho).supplyCollateral(params, amount, owner, "");
        _revoke(morpho, asset);
        uint256 credited = _collateralOf(morpho, id, owner) - before;
        if (credited < amount) revert ICollateralRouter.SupplyNotCredited(credited, amount);
    }

    /// @notice Repays what the owner owes, up to `amount`, and reverts unless the debt fell by as much.
    /// @return left What was not needed, and still is in the router.
    function repay(address morpho, bytes32 id, address asset, uint256 amount, address owner)
        internal
        returns (uint256 left)
    {
        MorphoMarketParams memory params = _marketOf(morpho, id);
        if (params.loanToken != asset) revert ICollateralRouter.UnknownAsset(asset);
        IMorphoBlue(morpho).accrueInterest(params);
        uint256 shares = _borrowSharesOf(morpho, id, owner);
        if (shares == 0) revert ICollateralRouter.NoDebt(morpho, asset, owner);
        (uint256 totalAssets, uint256 totalShares) = _borrowTotals(morpho, id);
        uint256 debt = MorphoBlueHealth.debtOf(shares, totalAssets, totalShares);
        // All of a debt goes by its shares, so that no dust of it stays.
        bool isAll = amount >= debt;
        uint256 paid = isAll ? debt : amount;
        uint256 due = isAll ? shares : MorphoBlueHealth.sharesFor(paid, totalAssets, totalShares);
        IERC20(asset).forceApprove(morpho, paid);
        IMorphoBlue(morpho).repay(params, isAll ? 0 : paid, isAll ? shares : 0, owner, "");
        _revoke(morpho, asset);
        uint256 repaid = shares - _borrowSharesOf(morpho, id, owner);
        // So little that it takes no share off would be a gift.
        if (repaid == 0 || repaid < due) {
            uint256 reduced = MorphoBlueHealth.debtOf(repaid, totalAssets, totalShares);
            revert ICollateralRouter.DebtNotReduced(reduced, paid);
        }
        return amount - paid;
    }

    function _authorize(
        address morpho,
        address owner,
        bool isAuthorized,
        uint256 nonce,
        uint256 deadline,
        Signature calldata signature
    ) private {
        MorphoAuthorization memory authorization =
            MorphoAuthorization(owner, address(this), isAuthorized, nonce, deadline);
        try IMorphoBlue(morpho)
            .setAuthorizationWithSig(authorization, MorphoSignature(signature.v, signature.r, signature.s)) {}
            catch {}
    }

    /// @dev The market as Morpho knows it, and known to be what the id says.
    function _marketOf(address morpho, bytes32 id) private view returns (MorphoMarketParams memory params) {
        params = IMorphoBlue(morpho).idToMarketParams(id);
        if (keccak256(abi.encode(params)) != id) revert ICollateralRouter.UnknownMarketId(id);
    }

    /// @dev What a market lends can be supplied as well, but backs no debt.
    function _checkCollateral(address morpho, MorphoMarketParams memory params, address asset) private pure {
        if (params.collateralToken == asset) return;
        if (params.loanToken == asset) revert ICollateralRouter.NotCollateral(morpho, asset);
        revert ICollateralRouter.UnknownAsset(asset);
    }

    function _collateralOf(address morpho, bytes32 id, address owner) private view returns (uint256 collateral) {
        (,, collateral) = IMorphoBlue(morpho).position(id, owner);
    }

    function _borrowSharesOf(address morpho, bytes32 id, address owner) private view returns (uint256 shares) {
        (, shares,) = IMorphoBlue(morpho).position(id, owner);
    }

    function _borrowTotals(address morpho, bytes32 id) private view returns (uint256 assets, uint256 shares) {
        (,, assets, shares,,) = IMorphoBlue(morpho).market(id);
    }

    function _revoke(address morpho, address asset) private {
        if (IERC20(asset).allowance(address(this), morpho) != 0) IERC20(asset).forceApprove(morpho, 0);
    }
}
