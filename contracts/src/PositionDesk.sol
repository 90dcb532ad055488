// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CompoundV2Connector} from "./connectors/CompoundV2Connector.sol";
import {CompoundV3Connector} from "./connectors/CompoundV3Connector.sol";
import {MorphoBlueConnector} from "./connectors/MorphoBlueConnector.sol";
import {ICollateralRouter, Protocol} from "./interfaces/ICollateralRouter.sol";
import {IPositionDesk, Place} from "./interfaces/IPositionDesk.sol";

/// @title Position desk
/// @notice See {IPositionDesk}.
contract PositionDesk is IPositionDesk {
    using SafeERC20 for IERC20;

    /// @inheritdoc IPositionDesk
    address public immutable router = msg.sender;

    /// @inheritdoc IPositionDesk
    function healthFactor(Place calldata place) external returns (uint256) {
        if (place.protocol == Protocol.MorphoBlue) {
            return MorphoBlueConnector.healthFactor(place.market, place.marketId, place.owner);
        }
        if (place.protocol == Protocol.CompoundV2) {
            return CompoundV2Connector.healthFactor(place.market, place.owner);
        }
        if (place.protocol == Protocol.CompoundV3) {
            return CompoundV3Connector.healthFactor(place.market, place.owner);
        }
        revert ICollateralRouter.UnsupportedProtocol(place.protocol);
    }

    /// @inheritdoc IPositionDesk
    function supply(Place calldata place, uint256 amount) external {
        _checkRouter();
        if (place.protocol == Protocol.MorphoBlue) {
            MorphoBlueConnector.supply(place.market, place.marketId, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.CompoundV2) {
            CompoundV2Connector.supply(place.market, place.token, place.asset, amount, place.owner);
        } else {
            CompoundV3Connector.supply(place.market, place.asset, amount, place.owner);
        }
    }

    /// @inheritdoc IPositionDesk
    function repay(Place calldata place, uint256 amount) external returns (uint256 left) {
        _checkRouter();
        if (place.protocol == Protocol.MorphoBlue) {
            left = MorphoBlueConnector.repay(place.market, place.marketId, place.asset, amount, place.owner);
        } else if (place.protocol == Protocol.CompoundV2) {
            left = CompoundV2Connector.repay(place.market, place.token, place.asset, amount, place.owner);
        } else {
            left = CompoundV3Connector.repay(place.market, place.asset, amount, place.owner);
        }
        if (left != 0) IERC20(place.asset).safeTransfer(place.owner, left);
    }

    function _checkRouter() private view {
        if (msg.sender != router) revert OnlyRouter(msg.sender);
    }
}
