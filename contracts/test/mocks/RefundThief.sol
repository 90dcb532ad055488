// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LoopbackEndpoint} from "./LoopbackEndpoint.sol";

/// @notice A sender that uses the moment of its refund to have somebody else's packet delivered.
contract RefundThief {
    LoopbackEndpoint private immutable ENDPOINT;
    bytes32 private immutable GUID;
    bool public delivered;

    constructor(LoopbackEndpoint endpoint, bytes32 guid) {
        ENDPOINT = endpoint;
        GUID = guid;
    }

    receive() external payable {
        ENDPOINT.deliver(GUID);
        delivered = true;
    }
}
