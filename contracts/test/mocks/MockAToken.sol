// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MockAavePool} from "./MockAavePool.sol";

/// @notice A receipt token with Aave's scaled balances: what is stored is divided by the index, half up.
contract MockAToken {
    uint256 private constant RAY = 1e27;
    bytes32 public constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    MockAavePool public immutable pool;
    address public immutable asset;
    bool public immutable hasPermit;
    mapping(address => uint256) public scaledBalanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => uint256) public nonces;

    error PermitExpired();
    error WrongSigner();
    error OnlyPool();

    event Transfer(address indexed from, address indexed to, uint256 amount);
    event Approval(address indexed owner, address indexed spender, uint256 amount);

    constructor(address asset_, bool hasPermit_) {
        pool = MockAavePool(msg.sender);
        asset = asset_;
        hasPermit = hasPermit_;
    }

    /// A token without permits that accepts any call: a permit "succeeds" and does nothing.
    fallback() external {}

    modifier onlyPool() {
        if (msg.sender != address(pool)) revert OnlyPool();
        _;
    }

    function balanceOf(address user) public view returns (uint256) {
        return (scaledBalanceOf[user] * pool.index() + RAY / 2) / RAY;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _transfer(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        _transfer(from, to, amount);
        return true;
    }

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        if (!hasPermit) return;
        if (block.timestamp > deadline) revert PermitExpired();
        bytes32 digest = permitDigest(owner, spender, value, nonces[owner], deadline);
        if (ecrecover(digest, v, r, s) != owner) revert WrongSigner();
        nonces[owner]++;
        allowance[owner][spender] = value;
    }

    function permitDigest(address owner, address spender, uint256 value, uint256 nonce, uint256 deadline)
        public
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(abi.encode(block.chainid, address(this)));
        return keccak256(
            abi.encodePacked(
                "\x19\x01", domain, keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, nonce, deadline))
            )
        );
    }

    function mint(address to, uint256 amount) external onlyPool {
        scaledBalanceOf[to] += _scaled(amount);
        emit Transfer(address(0), to, amount);
    }

    function burn(address from, address receiver, uint256 amount) external onlyPool {
        scaledBalanceOf[from] -= _scaled(amount);
        emit Transfer(from, address(0), amount);
        SafeERC20.safeTransfer(IERC20(asset), receiver, amount);
    }

    function pay(address to, uint256 amount) external onlyPool {
        SafeERC20.safeTransfer(IERC20(asset), to, amount);
    }

    function _transfer(address from, address to, uint256 amount) private {
        bool first = scaledBalanceOf[to] == 0;
        scaledBalanceOf[from] -= _scaled(amount);
        scaledBalanceOf[to] += _scaled(amount);
        emit Transfer(from, to, amount);
        pool.finalizeTransfer(from, to, asset, first);
    }

    function _scaled(uint256 amount) private view returns (uint256) {
        return (amount * RAY + pool.index() / 2) / pool.index();
    }
}
