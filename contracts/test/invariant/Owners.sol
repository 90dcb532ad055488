// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Action, Grant, ICollateralRouter, Move, Protocol, Signature} from "../../src/interfaces/ICollateralRouter.sol";
import {Place} from "../../src/interfaces/IPositionDesk.sol";
import {MorphoAuthorization, MorphoSignature} from "../../src/interfaces/IMorphoBlue.sol";
import {MockAToken} from "../mocks/MockAToken.sol";
import {Books} from "./Books.sol";

/// @notice What owners do at the markets of every protocol before and after they move: deposit, authorise, sign, revoke.
abstract contract Owners is Books {
    using SafeERC20 for IERC20;

    struct Attempt {
        address owner;
        uint256 key;
        uint256 what;
        uint256 from;
        uint256 to;
        bool signs;
        /// The owner authorises more than this move needs, and lets it stand.
        bool isLavish;
        /// Of the router over the owner's collateral: an allowance, or one for a yes.
        uint256 authorityBefore;
        uint256 authority;
        /// What the move uses of it.
        uint256 need;
        uint256 sum;
        Move move;
        Grant grant;
    }

    uint256 internal _ids;

    function _marketOf(uint256 where) internal view returns (address) {
        return [
            address(_w.destination), address(_w.morpho), address(_w.comet), address(_w.comptroller), address(0xdead)
        ][where];
    }

    function _moveOf(Attempt memory attempt, uint256 amount) internal returns (Move memory) {
        return Move({
            id: bytes32(++_ids),
            market: attempt.from == AAVE ? address(_w.source) : _marketOf(attempt.from),
            marketId: attempt.from == MORPHO ? _w.marketId : bytes32(0),
            asset: _w.assets[attempt.what],
            amount: amount,
            minAmount: 0,
            minHealthFactor: 1e18,
            dstEid: 30_184,
            action: Action.Supply,
            dstMarket: _marketOf(attempt.to),
            dstMarketId: attempt.to == MORPHO ? _w.marketId : bytes32(0),
            recovery: address(0),
            deadline: type(uint64).max,
            deliveryGas: 200_000,
            settleGas: 1_000_000
        });
    }

    function _deposit(Attempt memory attempt, uint256 amount, uint256 debt) internal {
        (address owner, address asset) = (attempt.owner, attempt.move.asset);
        _give(owner, attempt.what, amount);
        if (attempt.from == AAVE) _w.source.setDebt(owner, 0);
        vm.startPrank(owner);
        if (attempt.from == AAVE) {
            IERC20(asset).forceApprove(address(_w.source), amount);
            _w.source.supply(asset, amount, owner, 0);
        } else if (attempt.from == MORPHO) {
            IERC20(asset).forceApprove(address(_w.morpho), amount);
            // Only a closed market refuses: then what was there before is what moves.
            try _w.morpho.supplyCollateral(_w.params, amount, owner, "") {} catch {}
        } else if (attempt.from == COMET) {
            IERC20(asset).forceApprove(address(_w.comet), amount);
            try _w.comet.supplyTo(owner, asset, amount) {} catch {}
        } else {
            IERC20(asset).forceApprove(address(_w.vWeth), amount);
            try _w.vWeth.mint(amount) {} catch {}
        }
        vm.stopPrank();
        if (attempt.from == AAVE) _w.source.setDebt(owner, debt);
    }

    /// Of shares as many as are worth the amount.
    function _needOf(Attempt memory attempt) internal view returns (uint256) {
        if (attempt.from != COMPOUND) return attempt.move.amount;
        uint256 rate = _w.vWeth.exchangeRateStored();
        return (attempt.move.amount * 1e18 + rate - 1) / rate;
    }

    function _authorityOf(Attempt memory attempt) internal view returns (uint256) {
        address router = address(_w.router);
        if (attempt.from == AAVE) return _w.source.aTokenOf(attempt.move.asset).allowance(attempt.owner, router);
        if (attempt.from == COMPOUND) return _w.vWeth.allowance(attempt.owner, router);
        bool yes = attempt.from == MORPHO
            ? _w.morpho.isAuthorized(attempt.owner, router)
            : _w.comet.hasPermission(attempt.owner, router);
        return yes ? 1 : 0;
    }

    function _setAuthority(Attempt memory attempt, uint256 authority) internal {
        if (_authorityOf(attempt) == authority) return;
        address router = address(_w.router);
        vm.startPrank(attempt.owner);
        if (attempt.from == AAVE) _w.source.aTokenOf(attempt.move.asset).approve(router, authority);
        else if (attempt.from == MORPHO) _w.morpho.setAuthorization(router, authority == 1);
        else if (attempt.from == COMET) _w.comet.allow(router, authority == 1);
        else _w.vWeth.approve(router, authority);
        vm.stopPrank();
    }

    function _authorise(Attempt memory attempt) internal {
        if (attempt.from == MORPHO || attempt.from == COMET) return _setAuthority(attempt, 1);
        // Two for the rounding of Aave.
        uint256 enough = attempt.need + (attempt.from == AAVE ? 2 : 0);
        _setAuthority(attempt, attempt.authorityBefore + (attempt.isLavish ? 3 * enough : enough));
    }

    /// After a move that went through: what was signed is gone, and of the rest exactly what was used.
    function _isAuthorityAsItShouldBe(Attempt memory attempt) internal view returns (bool) {
        uint256 left = _authorityOf(attempt);
        if (attempt.signs) return left == 0;
        if (attempt.from == MORPHO || attempt.from == COMET) return left == 1;
        uint256 used = attempt.authority - left;
        return used >= attempt.need && used <= attempt.need + (attempt.from == AAVE ? 2 : 0);
    }

    function _isHealthAsSigned(Attempt memory attempt) internal returns (bool) {
        uint256 factor;
        if (attempt.from == AAVE) {
            (,,,,, factor) = _w.source.getUserAccountData(attempt.owner);
        } else {
            Protocol protocol = attempt.from == MORPHO
                ? Protocol.MorphoBlue
                : attempt.from == COMET ? Protocol.CompoundV3 : Protocol.CompoundV2;
            factor = _w.router.desk()
                .healthFactor(
                    Place(
                        protocol,
                        attempt.move.market,
                        attempt.move.marketId,
                        attempt.move.asset,
                        address(_w.vWeth),
                        attempt.owner
                    )
                );
        }
        return factor >= attempt.move.minHealthFactor;
    }

    function _sign(Attempt memory attempt) internal view returns (Grant memory grant) {
        (grant.value, grant.deadline) = (attempt.move.amount + 2, type(uint256).max);
        address router = address(_w.router);
        if (attempt.from == AAVE) {
            MockAToken aToken = _w.source.aTokenOf(attempt.move.asset);
            uint256 nonce = aToken.nonces(attempt.owner);
            grant.give =
                _signed(attempt.key, aToken.permitDigest(attempt.owner, router, grant.value, nonce, type(uint256).max));
            grant.takeBack =
                _signed(attempt.key, aToken.permitDigest(attempt.owner, router, 0, nonce + 1, type(uint256).max));
        } else if (attempt.from == MORPHO) {
            grant.nonce = _w.morpho.nonce(attempt.owner);
            grant.give = _signed(attempt.key, _w.morpho.authorizationDigest(_authorization(attempt, grant, true)));
            grant.takeBack = _signed(attempt.key, _w.morpho.authorizationDigest(_authorization(attempt, grant, false)));
        } else if (attempt.from == COMET) {
            grant.nonce = _w.comet.userNonce(attempt.owner);
            grant.give = _signed(
                attempt.key, _w.comet.authorizationDigest(attempt.owner, router, true, grant.nonce, type(uint256).max)
            );
            grant.takeBack = _signed(
                attempt.key,
                _w.comet.authorizationDigest(attempt.owner, router, false, grant.nonce + 1, type(uint256).max)
            );
        }
    }

    /// A stranger uses what was signed before the owner does.
    function _frontRun(Attempt memory attempt) internal {
        Signature memory give = attempt.grant.give;
        vm.startPrank(STRANGER);
        if (attempt.from == AAVE) {
            _w.source.aTokenOf(attempt.move.asset)
                .permit(
                    attempt.owner,
                    address(_w.router),
                    attempt.grant.value,
                    attempt.grant.deadline,
                    give.v,
                    give.r,
                    give.s
                );
        } else if (attempt.from == MORPHO) {
            _w.morpho
                .setAuthorizationWithSig(
                    _authorization(attempt, attempt.grant, true), MorphoSignature(give.v, give.r, give.s)
                );
        } else if (attempt.from == COMET) {
            _w.comet
                .allowBySig(
                    attempt.owner,
                    address(_w.router),
                    true,
                    attempt.grant.nonce,
                    attempt.grant.deadline,
                    give.v,
                    give.r,
                    give.s
                );
        }
        vm.stopPrank();
    }

    function _authorization(Attempt memory attempt, Grant memory grant, bool gives)
        private
        view
        returns (MorphoAuthorization memory)
    {
        uint256 nonce = gives ? grant.nonce : grant.nonce + 1;
        return MorphoAuthorization(attempt.owner, address(_w.router), gives, nonce, type(uint256).max);
    }

    function _signed(uint256 key, bytes32 digest) private pure returns (Signature memory signature) {
        (signature.v, signature.r, signature.s) = vm.sign(key, digest);
    }

    function _isAlreadySent(bytes memory reason) internal pure returns (bool) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes4(reason) == ICollateralRouter.MoveAlreadySent.selector;
    }
}
