// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CompoundV3Connector} from "../../src/connectors/CompoundV3Connector.sol";
import {MorphoBlueConnector} from "../../src/connectors/MorphoBlueConnector.sol";
import {Grant} from "../../src/interfaces/ICollateralRouter.sol";

/// @notice A contract that a connector is part of, as it is of the router.
contract MorphoBlueHost {
    function give(address morpho, address owner, Grant calldata grant) external {
        MorphoBlueConnector.give(morpho, owner, grant);
    }

    function takeBack(address morpho, address owner, Grant calldata grant) external {
        MorphoBlueConnector.takeBack(morpho, owner, grant);
    }

    function withdraw(address morpho, bytes32 id, address asset, uint256 amount, address owner) external {
        MorphoBlueConnector.withdraw(morpho, id, asset, amount, owner);
    }

    function healthFactor(address morpho, bytes32 id, address owner) external returns (uint256) {
        return MorphoBlueConnector.healthFactor(morpho, id, owner);
    }

    function supply(address morpho, bytes32 id, address asset, uint256 amount, address owner) external {
        MorphoBlueConnector.supply(morpho, id, asset, amount, owner);
    }

    function repay(address morpho, bytes32 id, address asset, uint256 amount, address owner)
        external
        returns (uint256)
    {
        return MorphoBlueConnector.repay(morpho, id, asset, amount, owner);
    }
}

/// @notice The same for a Comet.
contract CompoundV3Host {
    function give(address comet, address owner, Grant calldata grant) external {
        CompoundV3Connector.give(comet, owner, grant);
    }

    function takeBack(address comet, address owner, Grant calldata grant) external {
        CompoundV3Connector.takeBack(comet, owner, grant);
    }

    function withdraw(address comet, address asset, uint256 amount, address owner) external {
        CompoundV3Connector.withdraw(comet, asset, amount, owner);
    }

    function healthFactor(address comet, address owner) external returns (uint256) {
        return CompoundV3Connector.healthFactor(comet, owner);
    }

    function supply(address comet, address asset, uint256 amount, address owner) external {
        CompoundV3Connector.supply(comet, asset, amount, owner);
    }

    function repay(address comet, address asset, uint256 amount, address owner) external returns (uint256) {
        return CompoundV3Connector.repay(comet, asset, amount, owner);
    }
}
