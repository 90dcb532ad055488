// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {OFTCore} from "@layerzerolabs/oft-evm/contracts/OFTCore.sol";

/// @title Devnet OFT
/// @notice A token that its owner mints and that crosses chains by itself, for local networks only.
/// @dev Behaves as LayerZero's `OFT`, which cannot be inherited here: it asks `decimals()` before a constructor could have
/// set them.
contract DevnetOFT is OFTCore, ERC20 {
    uint8 private immutable DECIMALS;

    /// @param decimals_ Decimals on this chain; at least 6, which all chains share.
    constructor(string memory name, string memory symbol, uint8 decimals_, address endpoint, address owner)
        ERC20(name, symbol)
        OFTCore(decimals_, endpoint, owner)
        Ownable(owner)
    {
        DECIMALS = decimals_;
    }

    /// @notice Mints out of nothing, as a faucet does.
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public view virtual override returns (uint8) {
        return DECIMALS;
    }

    /// @notice The token that is moved: this contract itself.
    function token() external view returns (address) {
        return address(this);
    }

    /// @notice The caller's tokens are burnt without an allowance.
    function approvalRequired() external pure returns (bool) {
        return false;
    }

    function _debit(address from, uint256 amount, uint256 minAmount, uint32 dstEid)
        internal
        override
        returns (uint256 amountSent, uint256 amountReceived)
    {
        (amountSent, amountReceived) = _debitView(amount, minAmount, dstEid);
        _burn(from, amountSent);
    }

    function _credit(
        address to,
        uint256 amount,
        uint32 /* srcEid */
    )
        internal
        override
        returns (uint256 amountReceived)
    {
        _mint(to, amount);
        return amount;
    }
}
