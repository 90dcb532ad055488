// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Grant, ICollateralRouter, Protocol} from "../interfaces/ICollateralRouter.sol";
import {IPositionDesk, Place} from "../interfaces/IPositionDesk.sol";
import {AaveV3Connector} from "./AaveV3Connector.sol";
import {CompoundV2Connector} from "./CompoundV2Connector.sol";
import {CompoundV3Connector} from "./CompoundV3Connector.sol";
import {MorphoBlueConnector} from "./MorphoBlueConnector.sol";

/// @title Connectors
/// @notice What the router can do at a market, whatever its protocol. The caller has checked that the market is trusted.
/// @dev All functions are internal and so become part of the router, and none is delegated. What needs an owner's authority is
/// done by the router itself. What needs none is done by its desk, for all but Aave: a router that does it all is too large.
library Connectors {
    using SafeERC20 for IERC20;

    /// @notice Whether there is a connector for this protocol.
    function hasOne(Protocol protocol) internal pure returns (bool) {
        return protocol != Protocol.None;
    }

    /// @notice The asset of a vToken that is to be trusted, which the market must list.
    function underlyingOf(address market, address token) internal view returns (address) {
        return CompoundV2Connector.assetOf(market, token);
    }

    /// @notice Uses what the owner signed. It proves nothing: it may have been used by someone else before, and a token
    /// without permits may swallow it. What counts is what {withdraw} can do afterwards.
    function give(Place memory place, Grant calldata grant) internal {
        _checkMarketId(place);
        if (place.protocol == Protocol.AaveV3) {
            AaveV3Connector.give(place.market, place.asset, place.owner, grant);
        } else if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.give(place.market, place.owner, grant);
        } else if (place.protocol == Protocol.CompoundV3) {
            CompoundV3Connector.give(place.market, place.owner, grant);
        } else {
            revert ICollateralRouter.GrantNotSupported(place.market);
        }
    }

    /// @notice Uses what the owner signed to take the authorisation back, and reverts unless it is gone.
    function takeBack(Place memory place, Grant calldata grant) internal {
        if (place.protocol == Protocol.AaveV3) {
            AaveV3Connector.takeBack(place.market, place.asset, place.owner, grant);
        } else if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.takeBack(place.market, place.owner, grant);
        } else {
            CompoundV3Connector.takeBack(place.market, place.owner, grant);
        }
    }

    /// @notice Turns `amount` of the owner's collateral into `amount` of the asset in the router.
    function withdraw(Place memory place, uint256 amount) internal {
        _checkMarketId(place);
        if (place.protocol == Protocol.AaveV3) {
            AaveV3Connector.withdraw(place.market, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.withdraw(place.market, place.marketId, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.CompoundV2) {
            CompoundV2Connector.withdraw(place.token, place.asset, amount, place.owner);
        } else {
            CompoundV3Connector.withdraw(place.market, place.asset, amount, place.owner);
        }
    }

    /// @notice What the market itself would say about the owner, WAD; the greatest number without debt.
    /// @dev Where it says no number, interest is accrued, and the number is made by the market's own rules.
    function healthFactor(Place memory place, IPositionDesk desk) internal returns (uint256) {
        if (place.protocol == Protocol.AaveV3) return AaveV3Connector.healthFactor(place.market, place.owner);
        return desk.healthFactor(place);
    }

    /// @notice Supplies the router's `amount` for the owner, and reverts unless it counts as the owner's collateral.
    function supply(Place memory place, uint256 amount, IPositionDesk desk) internal {
        _checkMarketId(place);
        if (place.protocol == Protocol.AaveV3) {
            AaveV3Connector.supply(place.market, place.asset, amount, place.owner);
        } else {
            IERC20(place.asset).safeTransfer(address(desk), amount);
            desk.supply(place, amount);
        }
    }

    /// @notice Repays the owner's debt with the router's `amount`, up to all of it, and reverts unless there is less of it.
    /// @return left What was not needed of `amount`: it was paid to the owner.
    function repay(Place memory place, uint256 amount, IPositionDesk desk) internal returns (uint256 left) {
        _checkMarketId(place);
        if (place.protocol == Protocol.AaveV3) {
            left = AaveV3Connector.repay(place.market, place.asset, amount, place.owner);
            if (left != 0) IERC20(place.asset).safeTransfer(place.owner, left);
        } else {
            IERC20(place.asset).safeTransfer(address(desk), amount);
            left = desk.repay(place, amount);
        }
    }

    /// @dev An id where the protocol has none is a mistake of the caller's.
    function _checkMarketId(Place memory place) private pure {
        if (place.protocol != Protocol.MorphoBlue && place.marketId != 0) {
            revert ICollateralRouter.UnknownMarketId(place.marketId);
        }
    }
}
