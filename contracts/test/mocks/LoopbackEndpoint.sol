// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    MessagingFee,
    MessagingParams,
    MessagingReceipt,
    Origin
} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {ILayerZeroComposer} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroComposer.sol";
import {ILayerZeroReceiver} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroReceiver.sol";

/// @notice An endpoint whose every destination is a mirror of its own chain: what is sent to eid X comes back as if it came
/// from X. So one EVM plays both ends of a route although a router has the same address on both.
/// @dev Sends, delivers and composes by the rules of EndpointV2; verification is left out. Tests on real endpoints are the
/// devnet's.
contract LoopbackEndpoint {
    struct Packet {
        uint64 nonce;
        uint32 eid;
        address sender;
        address receiver;
        bytes message;
        bytes options;
        bool delivered;
    }

    struct Composed {
        address from;
        address to;
        bytes message;
    }

    error InsufficientFee(uint256 required, uint256 supplied);
    error RefundFailed();
    error AlreadyDelivered(bytes32 guid);
    error ComposeExists();
    error ComposeNotFound(bytes32 expected, bytes32 actual);

    uint256 public constant FEE = 0.01 ether;
    uint32 public immutable eid;
    uint64 public nonce;
    bytes32[] public guids;
    mapping(address from => mapping(address to => mapping(bytes32 guid => mapping(uint16 index => bytes32)))) public
        composeQueue;
    mapping(bytes32 guid => Packet) private _packets;
    mapping(bytes32 guid => Composed) private _composed;

    constructor(uint32 eid_) {
        eid = eid_;
    }

    function setDelegate(address) external {}

    function quote(MessagingParams calldata, address) external pure returns (MessagingFee memory) {
        return MessagingFee(FEE, 0);
    }

    function send(MessagingParams calldata params, address refundAddress)
        external
        payable
        virtual
        returns (MessagingReceipt memory receipt)
    {
        if (msg.value < FEE) revert InsufficientFee(FEE, msg.value);
        receipt.nonce = ++nonce;
        receipt.fee = MessagingFee(FEE, 0);
        receipt.guid = keccak256(abi.encodePacked(nonce, eid, msg.sender, params.dstEid, params.receiver));
        _packets[receipt.guid] = Packet({
            nonce: nonce,
            eid: params.dstEid,
            sender: msg.sender,
            receiver: address(uint160(uint256(params.receiver))),
            message: params.message,
            options: params.options,
            delivered: false
        });
        guids.push(receipt.guid);
        _refund(refundAddress);
    }

    function _refund(address refundAddress) internal {
        if (msg.value <= FEE) return;
        (bool refunded,) = refundAddress.call{value: msg.value - FEE}("");
        if (!refunded) revert RefundFailed();
    }

    /// @notice What an executor does first.
    function deliver(bytes32 guid) external {
        Packet storage packet = _packets[guid];
        if (packet.delivered) revert AlreadyDelivered(guid);
        packet.delivered = true;
        ILayerZeroReceiver(packet.receiver)
            .lzReceive(
                Origin(packet.eid, bytes32(uint256(uint160(packet.sender))), packet.nonce),
                guid,
                packet.message,
                msg.sender,
                ""
            );
    }

    function sendCompose(address to, bytes32 guid, uint16 index, bytes calldata message) external {
        if (composeQueue[msg.sender][to][guid][index] != 0) revert ComposeExists();
        composeQueue[msg.sender][to][guid][index] = keccak256(message);
        if (index == 0) _composed[guid] = Composed(msg.sender, to, message);
    }

    function lzCompose(
        address from,
        address to,
        bytes32 guid,
        uint16 index,
        bytes calldata message,
        bytes calldata extraData
    ) external payable {
        bytes32 expected = composeQueue[from][to][guid][index];
        if (expected != keccak256(message)) revert ComposeNotFound(expected, keccak256(message));
        composeQueue[from][to][guid][index] = bytes32(uint256(1));
        ILayerZeroComposer(to).lzCompose{value: msg.value}(from, guid, message, msg.sender, extraData);
    }

    /// @notice What an executor does second, with as much gas as it gets.
    function compose(bytes32 guid) external payable {
        Composed memory queued = _composed[guid];
        this.lzCompose{value: msg.value}(queued.from, queued.to, guid, 0, queued.message, "");
    }

    function composed(bytes32 guid) external view returns (Composed memory) {
        return _composed[guid];
    }

    function isQueued(bytes32 guid) external view returns (bool) {
        Composed storage queued = _composed[guid];
        return uint256(composeQueue[queued.from][queued.to][guid][0]) > 1;
    }

    function packetOf(bytes32 guid) external view returns (Packet memory) {
        return _packets[guid];
    }

    /// @notice The gas that the sender bought for the compose: the last word of the options.
    function composeGasOf(bytes32 guid) external view returns (uint256) {
        bytes memory options = _packets[guid].options;
        bytes16 gasLimit;
        assembly ("memory-safe") {
            gasLimit := mload(add(options, add(0x10, mload(options))))
        }
        return uint128(gasLimit);
    }

    function guidCount() external view returns (uint256) {
        return guids.length;
    }
}
