// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    MessagingFee,
    MessagingParams,
    MessagingReceipt
} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {LoopbackEndpoint} from "./LoopbackEndpoint.sol";

/// @notice Tells of what is sent, as EndpointV2 does, and keeps none of it: what is stored would be counted as gas of a move.
contract LeanEndpoint is LoopbackEndpoint {
    event PacketSent(bytes message, bytes options);

    constructor(uint32 eid_) LoopbackEndpoint(eid_) {}

    function send(MessagingParams calldata params, address refundAddress)
        external
        payable
        override
        returns (MessagingReceipt memory receipt)
    {
        receipt.nonce = ++nonce;
        receipt.fee = MessagingFee(FEE, 0);
        receipt.guid = keccak256(abi.encodePacked(nonce, eid, msg.sender, params.dstEid, params.receiver));
        emit PacketSent(params.message, params.options);
        _refund(refundAddress);
    }
}
