// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Bounded call
/// @notice A contract's call of itself with a set amount of gas, whose revert data cannot be used against it.
library BoundedCall {
    /// How much of the revert data is kept: enough for an error with a handful of words.
    uint256 internal constant MAX_REASON = 256;

    /// @notice Calls this contract with `gasLimit`. If that fails, `reason` holds the start of the revert data.
    /// @dev `try … catch` would copy all of the revert data at the caller's cost, so that a market that returns megabytes
    /// could make the rest of the call run out of gas. The caller must have checked that `gasLimit` can be forwarded.
    function callSelf(uint256 gasLimit, bytes memory data) internal returns (bool success, bytes memory reason) {
        uint256 maxReason = MAX_REASON;
        assembly ("memory-safe") {
            success := call(gasLimit, address(), 0, add(data, 0x20), mload(data), 0, 0)
            if iszero(success) {
                let size := returndatasize()
                if gt(size, maxReason) { size := maxReason }
                reason := mload(0x40)
                mstore(reason, size)
                returndatacopy(add(reason, 0x20), 0, size)
                mstore(0x40, add(reason, add(0x20, and(add(size, 0x1f), not(0x1f)))))
            }
        }
    }
}
