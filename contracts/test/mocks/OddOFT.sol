// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {
    IOFT,
    MessagingFee,
    MessagingReceipt,
    OFTFeeDetail,
    OFTLimit,
    OFTReceipt,
    SendParam
} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";

/// @notice A token that is its own route and does what the interface allows but LayerZero's OFT never does: it delivers less
/// than it promised, takes less than it was allowed, or credits itself out of the sender's sight.
contract OddOFT is ERC20("Odd", "ODD") {
    address public immutable endpoint;
    uint256 public shortfall;
    uint256 public refused;

    constructor(address endpoint_) {
        endpoint = endpoint_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setShortfall(uint256 amount) external {
        shortfall = amount;
    }

    function setRefused(uint256 amount) external {
        refused = amount;
    }

    function token() external view returns (address) {
        return address(this);
    }

    function approvalRequired() external pure returns (bool) {
        return true;
    }

    function quoteOFT(SendParam calldata param)
        external
        pure
        returns (OFTLimit memory limit, OFTFeeDetail[] memory details, OFTReceipt memory receipt)
    {
        receipt = OFTReceipt(param.amountLD, param.amountLD);
        details = new OFTFeeDetail[](0);
        limit = OFTLimit(0, type(uint256).max);
    }

    function send(SendParam calldata param, MessagingFee calldata, address)
        external
        payable
        returns (MessagingReceipt memory message, OFTReceipt memory receipt)
    {
        uint256 taken = param.amountLD - refused;
        _spendAllowance(msg.sender, address(this), taken);
        _burn(msg.sender, taken);
        message.guid = "odd";
        receipt = OFTReceipt(taken, taken - shortfall);
    }
}
