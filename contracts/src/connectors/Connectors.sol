// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Grant, ICollateralRouter, Protocol} from "../interfaces/ICollateralRouter.sol";
import {AaveV3Connector} from "./AaveV3Connector.sol";
import {CompoundV3Connector} from "./CompoundV3Connector.sol";
import {MorphoBlueConnector} from "./MorphoBlueConnector.sol";

/// @notice One asset of one owner in one market.
struct Place {
    Protocol protocol;
    address market;
    /// Of Morpho Blue; zero for any other protocol.
    bytes32 marketId;
    address asset;
    /// The vToken of the asset, in markets of the Compound V2 family.
    address token;
    address owner;
}

/// @title Connectors
/// @notice What the router can do at a market, whatever its protocol. The caller has checked that the market is trusted.
/// @dev All functions are internal and so become part of the router: no call leaves it for a connector, and none is
/// delegated.
library Connectors {
    /// @notice Whether there is a connector for this protocol.
    function hasOne(Protocol protocol) internal pure returns (bool) {
        return protocol == Protocol.AaveV3 || protocol == Protocol.MorphoBlue || protocol == Protocol.CompoundV3;
    }

    /// @notice The asset of a vToken that is to be trusted, which the market must list.
    function underlyingOf(Protocol, address market, address) internal pure returns (address) {
        revert ICollateralRouter.UnexpectedTokens(market);
    }

    /// @notice Uses what the owner signed. It proves nothing: it may have been used by someone else before, and a token
    /// without permits may swallow it. What counts is what {withdraw} can do afterwards.
    function give(Place memory place, Grant calldata grant) internal {
        _checkMarketId(place);
        if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.give(place.market, place.owner, grant);
        } else if (place.protocol == Protocol.CompoundV3) {
            CompoundV3Connector.give(place.market, place.owner, grant);
        } else {
            AaveV3Connector.give(place.market, place.asset, place.owner, grant);
        }
    }

    /// @notice Uses what the owner signed to take the authorisation back, and reverts unless it is gone.
    function takeBack(Place memory place, Grant calldata grant) internal {
        if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.takeBack(place.market, place.owner, grant);
        } else if (place.protocol == Protocol.CompoundV3) {
            CompoundV3Connector.takeBack(place.market, place.owner, grant);
        } else {
            AaveV3Connector.takeBack(place.market, place.asset, place.owner, grant);
        }
    }

    /// @notice Turns `amount` of the owner's collateral into `amount` of the asset in the router.
    function withdraw(Place memory place, uint256 amount) internal {
        _checkMarketId(place);
        if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.withdraw(place.market, place.marketId, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.CompoundV3) {
            CompoundV3Connector.withdraw(place.market, place.asset, amount, place.owner);
        } else {
            AaveV3Connector.withdraw(place.market, place.asset, amount, place.owner);
        }
    }

    /// @notice What the market itself would say about the owner, WAD; the greatest number without debt.
    /// @dev Where it says no number, interest is accrued, and the number is made by the market's own rules.
    function healthFactor(Place memory place) internal returns (uint256) {
        if (place.protocol == Protocol.MorphoBlue) {
            return MorphoBlueConnector.healthFactor(place.market, place.marketId, place.owner);
        } else if (place.protocol == Protocol.CompoundV3) {
            return CompoundV3Connector.healthFactor(place.market, place.owner);
        } else {
            return AaveV3Connector.healthFactor(place.market, place.owner);
        }
    }

    /// @notice Supplies the router's `amount` for the owner, and reverts unless it counts as the owner's collateral.
    function supply(Place memory place, uint256 amount) internal {
        _checkMarketId(place);
        if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.supply(place.market, place.marketId, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.CompoundV3) {
            CompoundV3Connector.supply(place.market, place.asset, amount, place.owner);
        } else {
            AaveV3Connector.supply(place.market, place.asset, amount, place.owner);
        }
    }

    /// @notice Repays the owner's debt with the router's `amount`, up to all of it, and reverts unless there is less of it.
    /// @return left What of `amount` is still in the router.
    function repay(Place memory place, uint256 amount) internal returns (uint256 left) {
        _checkMarketId(place);
        if (place.protocol == Protocol.MorphoBlue) {
            return MorphoBlueConnector.repay(place.market, place.marketId, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.CompoundV3) {
            return CompoundV3Connector.repay(place.market, place.asset, amount, place.owner);
        } else {
            return AaveV3Connector.repay(place.market, place.asset, amount, place.owner);
        }
    }

    /// @dev An id where the protocol has none is a mistake of the caller's.
    function _checkMarketId(Place memory place) private pure {
        if (place.protocol != Protocol.MorphoBlue && place.marketId != 0) {
            revert ICollateralRouter.UnknownMarketId(place.marketId);
        }
    }
}
