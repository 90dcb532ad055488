// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token that calls out on each transfer, as an ERC-777 does, and that can refuse recipients.
contract HookToken is ERC20("Hook", "HOOK") {
    error Blocked(address account);

    address public hook;
    bytes public hookData;
    mapping(address => bool) public blocked;
    /// What the hook's last call answered.
    bool public hookOk;
    bytes public hookResult;

    function setHook(address target, bytes calldata data) external {
        hook = target;
        hookData = data;
    }

    function setBlocked(address account, bool blocked_) external {
        blocked[account] = blocked_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (blocked[to]) revert Blocked(to);
        super._update(from, to, amount);
        if (hook != address(0)) (hookOk, hookResult) = hook.call(hookData);
    }
}
