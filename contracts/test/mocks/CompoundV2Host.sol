// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CompoundV2Connector} from "../../src/connectors/CompoundV2Connector.sol";

/// @notice A contract that the connector is part of, as it is of the router.
contract CompoundV2Host {
    function assetOf(address comptroller, address token) external view returns (address) {
        return CompoundV2Connector.assetOf(comptroller, token);
    }

    function withdraw(address token, address asset, uint256 amount, address owner) external {
        CompoundV2Connector.withdraw(token, asset, amount, owner);
    }

    function healthFactor(address comptroller, address owner) external returns (uint256) {
        return CompoundV2Connector.healthFactor(comptroller, owner);
    }

    function supply(address comptroller, address token, address asset, uint256 amount, address owner) external {
        CompoundV2Connector.supply(comptroller, token, asset, amount, owner);
    }

    function repay(address comptroller, address token, address asset, uint256 amount, address owner)
        external
        returns (uint256)
    {
        return CompoundV2Connector.repay(comptroller, token, asset, amount, owner);
    }
}
