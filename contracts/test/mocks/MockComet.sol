// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CometAssetInfo, IComet} from "../../src/interfaces/IComet.sol";

/// @notice One Comet with principals, indices, bitmaps, rounding, caps and refusals as the real one has them, and
/// simple interest at
/// a rate that is set. Feeds are names here: a price is set for each. Each way to go wrong is a switch.
contract MockComet is IComet {
    struct Account {
        int104 principal;
        uint16 assetsIn;
        uint8 reserved;
    }

    error Paused();
    error Unauthorized();
    error BadAsset();
    error BadPrice();
    error BadNonce();
    error BadSignatory();
    error InvalidValueS();
    error SignatureExpired();
    error NotCollateralized();
    error SupplyCapExceeded();

    uint256 private constant INDEX_SCALE = 1e15;
    bytes32 public constant AUTHORIZATION_TYPEHASH =
        keccak256("Authorization(address owner,address manager,bool isAllowed,uint256 nonce,uint256 expiry)");
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    address public immutable baseToken;
    uint256 public immutable baseScale;
    address public constant baseTokenPriceFeed = address(0xba5e);

    uint256 public borrowIndex = 1.23456789e15;
    uint256 public supplyIndex = 1.1111111e15;
    uint256 public ratePerSecond;
    uint256 public lastAccrualTime = block.timestamp;
    CometAssetInfo[] private _assets;
    mapping(address feed => uint256) private _prices;
    mapping(address user => Account) private _accounts;
    mapping(address user => mapping(address asset => uint128)) private _balances;
    mapping(address asset => uint256) public totalCollateral;
    mapping(address owner => mapping(address manager => bool)) public isAllowed;
    mapping(address owner => uint256) public userNonce;

    // Switches.
    bool public isSupplyPaused;
    bool public isWithdrawPaused;
    bool public creditsNothing;
    bool public keepsAllowance;
    uint256 public withholds;

    constructor(address base, uint256 scale) {
        (baseToken, baseScale) = (base, scale);
        _prices[baseTokenPriceFeed] = 1e8;
    }

    // ------------------------------------------------------------------ set-up

    function list(address asset, uint64 scale, uint64 factor, uint256 price) external {
        address feed = address(uint160(0xfeed0000 + _assets.length));
        _prices[feed] = price;
        _assets.push(
            CometAssetInfo({
                offset: uint8(_assets.length),
                asset: asset,
                priceFeed: feed,
                scale: scale,
                borrowCollateralFactor: factor - 0.05e18,
                liquidateCollateralFactor: factor,
                liquidationFactor: 0.95e18,
                supplyCap: type(uint128).max
            })
        );
    }

    function setPrice(address feed, uint256 price) external {
        _prices[feed] = price;
    }

    function setSupplyCap(uint256 index, uint128 cap) external {
        _assets[index].supplyCap = cap;
    }

    function setRate(uint256 perSecond) external {
        _accrue();
        ratePerSecond = perSecond;
    }

    function setSupplyPaused(bool paused) external {
        isSupplyPaused = paused;
    }

    function setWithdrawPaused(bool paused) external {
        isWithdrawPaused = paused;
    }

    function setCreditsNothing(bool nothing) external {
        creditsNothing = nothing;
    }

    function setKeepsAllowance(bool keeps) external {
        keepsAllowance = keeps;
    }

    function setWithholds(uint256 amount) external {
        withholds = amount;
    }

    // ------------------------------------------------------------------ views

    function numAssets() external view returns (uint8) {
        return uint8(_assets.length);
    }

    function getAssetInfo(uint8 index) external view returns (CometAssetInfo memory) {
        return _assets[index];
    }

    function getPrice(address feed) public view returns (uint256 price) {
        price = _prices[feed];
        if (price == 0) revert BadPrice();
    }

    function userBasic(address user) external view returns (int104, uint64, uint64, uint16, uint8) {
        Account memory account = _accounts[user];
        return (account.principal, 0, 0, account.assetsIn, account.reserved);
    }

    function userCollateral(address user, address asset) external view returns (uint128, uint128) {
        return (_balances[user][asset], 0);
    }

    function balanceOf(address user) external view returns (uint256) {
        int256 principal = _accounts[user].principal;
        return principal > 0 ? uint256(principal) * supplyIndex / INDEX_SCALE : 0;
    }

    function borrowBalanceOf(address user) public view returns (uint256) {
        int256 principal = _accounts[user].principal;
        return principal < 0 ? uint256(-principal) * _accruedIndex() / INDEX_SCALE : 0;
    }

    function hasPermission(address owner, address manager) public view returns (bool) {
        return owner == manager || isAllowed[owner][manager];
    }

    // ------------------------------------------------------------------ what users do

    function accrueAccount(address) external {
        _accrue();
    }

    function supplyTo(address dst, address asset, uint256 amount) external {
        if (isSupplyPaused) revert Paused();
        if (asset == baseToken) {
            _accrue();
            if (amount == type(uint256).max) amount = borrowBalanceOf(dst);
            _pull(asset, amount);
            if (!creditsNothing) _setBalance(dst, _balanceOf(dst) + int256(amount));
            return;
        }
        CometAssetInfo memory info = _infoOf(asset);
        totalCollateral[asset] += amount;
        if (totalCollateral[asset] > info.supplyCap) revert SupplyCapExceeded();
        _pull(asset, amount);
        if (!creditsNothing) _setCollateral(dst, info, _balances[dst][asset] + uint128(amount));
    }

    function withdrawFrom(address src, address to, address asset, uint256 amount) external {
        if (isWithdrawPaused) revert Paused();
        if (!hasPermission(src, msg.sender)) revert Unauthorized();
        if (asset == baseToken) {
            _accrue();
            _setBalance(src, _balanceOf(src) - int256(amount));
        } else {
            totalCollateral[asset] -= amount;
            _setCollateral(src, _infoOf(asset), _balances[src][asset] - uint128(amount));
        }
        if (!isBorrowCollateralized(src)) revert NotCollateralized();
        require(IERC20(asset).transfer(to, amount - withholds));
    }

    function allow(address manager, bool isAllowed_) external {
        isAllowed[msg.sender][manager] = isAllowed_;
    }

    function allowBySig(
        address owner,
        address manager,
        bool isAllowed_,
        uint256 nonce,
        uint256 expiry,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (uint256(s) > 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0) {
            revert InvalidValueS();
        }
        address signer = ecrecover(authorizationDigest(owner, manager, isAllowed_, nonce, expiry), v, r, s);
        if (signer == address(0) || owner != signer) revert BadSignatory();
        if (nonce != userNonce[signer]++) revert BadNonce();
        if (block.timestamp >= expiry) revert SignatureExpired();
        isAllowed[signer][manager] = isAllowed_;
    }

    function authorizationDigest(address owner, address manager, bool isAllowed_, uint256 nonce, uint256 expiry)
        public
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("Mock Comet"), keccak256("0"), block.chainid, address(this))
        );
        bytes32 data = keccak256(abi.encode(AUTHORIZATION_TYPEHASH, owner, manager, isAllowed_, nonce, expiry));
        return keccak256(abi.encodePacked("\x19\x01", domain, data));
    }

    /// By the factors to borrow, and as things stand.
    function isBorrowCollateralized(address user) public view returns (bool) {
        int256 principal = _accounts[user].principal;
        if (principal >= 0) return true;
        uint256 owed = uint256(-principal) * borrowIndex / INDEX_SCALE * getPrice(baseTokenPriceFeed) / baseScale;
        uint256 worth = 0;
        for (uint256 i = 0; i < _assets.length && worth < owed; ++i) {
            CometAssetInfo memory info = _assets[i];
            if (!_isIn(user, i)) continue;
            uint256 value = _balances[user][info.asset] * getPrice(info.priceFeed) / info.scale;
            worth += value * info.borrowCollateralFactor / 1e18;
        }
        return worth >= owed;
    }

    function _accruedIndex() private view returns (uint256) {
        return borrowIndex + borrowIndex * ratePerSecond * (block.timestamp - lastAccrualTime) / 1e18;
    }

    function _accrue() private {
        borrowIndex = _accruedIndex();
        lastAccrualTime = block.timestamp;
    }

    function _balanceOf(address user) private view returns (int256) {
        int256 principal = _accounts[user].principal;
        return principal < 0
            ? -int256(uint256(-principal) * borrowIndex / INDEX_SCALE)
            : int256(uint256(principal) * supplyIndex / INDEX_SCALE);
    }

    /// A debt's principal is rounded up, a supply's down.
    function _setBalance(address user, int256 balance) private {
        _accounts[user].principal = balance < 0
            ? -int104(int256(Math.mulDiv(uint256(-balance), INDEX_SCALE, borrowIndex, Math.Rounding.Ceil)))
            : int104(int256(Math.mulDiv(uint256(balance), INDEX_SCALE, supplyIndex)));
    }

    function _setCollateral(address user, CometAssetInfo memory info, uint128 balance) private {
        _balances[user][info.asset] = balance;
        Account storage account = _accounts[user];
        uint256 bits = uint256(account.assetsIn) | uint256(account.reserved) << 16;
        bits = balance == 0 ? bits & ~(1 << info.offset) : bits | (1 << info.offset);
        (account.assetsIn, account.reserved) = (uint16(bits), uint8(bits >> 16));
    }

    function _isIn(address user, uint256 index) private view returns (bool) {
        Account memory account = _accounts[user];
        return ((uint256(account.assetsIn) | uint256(account.reserved) << 16) >> index) & 1 == 1;
    }

    function _infoOf(address asset) private view returns (CometAssetInfo memory) {
        for (uint256 i = 0; i < _assets.length; ++i) {
            if (_assets[i].asset == asset) return _assets[i];
        }
        revert BadAsset();
    }

    function _pull(address asset, uint256 amount) private {
        if (!keepsAllowance) require(IERC20(asset).transferFrom(msg.sender, address(this), amount));
    }
}
