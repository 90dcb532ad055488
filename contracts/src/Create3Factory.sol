// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

/// @title CREATE3 factory
/// @notice Deploys a contract at an address that follows from deployer and salt alone, not from its code, so that a router
/// with other trusted markets per chain still has one address on all of them.
/// @dev Without owner and state. A salt belongs to its sender, so nobody can take another's address first. The factory
/// itself must stand at the same address everywhere.
contract Create3Factory {
    event Deployed(address indexed deployer, bytes32 indexed salt, address deployed);

    /// @notice Deploys `creationCode` (constructor arguments appended) at `addressOf(msg.sender, salt)`.
    /// @dev Reverts if the sender used the salt before, and with the constructor's own error if that reverts.
    function deploy(bytes32 salt, bytes calldata creationCode) external returns (address deployed) {
        deployed = Create3.deploy(0, _saltOf(msg.sender, salt), creationCode);
        emit Deployed(msg.sender, salt, deployed);
    }

    /// @notice Where `deployer` deploys, or has deployed, with `salt`.
    function addressOf(address deployer, bytes32 salt) external view returns (address) {
        return Create3.computeAddress(_saltOf(deployer, salt));
    }

    function _saltOf(address deployer, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(deployer, salt));
    }
}
