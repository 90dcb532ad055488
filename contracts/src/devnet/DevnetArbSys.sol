// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Devnet ArbSys
/// @notice Stands at 0x64 on a local Arbitrum, where `block.number` would be that of L1 and the chain's own number is asked
/// of this precompile.
contract DevnetArbSys {
    /// @notice The number of this chain's block.
    function arbBlockNumber() external view returns (uint256) {
        return block.number;
    }
}
