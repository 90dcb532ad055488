// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {
    IMorphoBlue,
    IMorphoOracle,
    MorphoAuthorization,
    MorphoMarketParams,
    MorphoSignature
} from "../../src/interfaces/IMorphoBlue.sol";

/// @notice An oracle whose price is set, or that has none.
contract MockMorphoOracle is IMorphoOracle {
    uint256 private _price;
    bool public isBroken;

    function setPrice(uint256 price_) external {
        _price = price_;
    }

    function setBroken(bool broken) external {
        isBroken = broken;
    }

    function price() external view returns (uint256) {
        require(!isBroken, "no price");
        return _price;
    }
}

/// @notice Markets in one contract with Morpho's shares, rounding, authorisations and refusals, and simple interest at
/// a rate that
/// is set. Each way to go wrong is a switch.
contract MockMorpho is IMorphoBlue {
    struct Totals {
        uint128 supplyAssets;
        uint128 supplyShares;
        uint128 borrowAssets;
        uint128 borrowShares;
        uint128 lastUpdate;
        uint128 fee;
    }

    struct Account {
        uint256 supplyShares;
        uint128 borrowShares;
        uint128 collateral;
    }

    bytes32 public constant AUTHORIZATION_TYPEHASH = keccak256(
        "Authorization(address authorizer,address authorized,bool isAuthorized,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant DOMAIN_TYPEHASH = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");

    mapping(bytes32 id => MorphoMarketParams) private _params;
    mapping(bytes32 id => Totals) public market;
    mapping(bytes32 id => mapping(address user => Account)) public position;
    mapping(address owner => mapping(address authorized => bool)) public isAuthorized;
    mapping(address owner => uint256) public nonce;

    // Switches.
    uint256 public ratePerSecond;
    bool public creditsNothing;
    bool public repaysNothing;
    /// A repayment is taken, and so many shares less are written off.
    uint256 public repayLoss;
    bool public keepsAllowance;
    uint256 public withholds;
    bool public paused;

    function createMarket(MorphoMarketParams memory params) external returns (bytes32 id) {
        id = idOf(params);
        _params[id] = params;
        market[id].lastUpdate = uint128(block.timestamp);
    }

    function idOf(MorphoMarketParams memory params) public pure returns (bytes32) {
        return keccak256(abi.encode(params));
    }

    function idToMarketParams(bytes32 id) external view returns (MorphoMarketParams memory) {
        return _params[id];
    }

    /// Under an id that its parameters do not have.
    function forge(bytes32 id, MorphoMarketParams memory params) external {
        _params[id] = params;
        market[id].lastUpdate = uint128(block.timestamp);
    }

    function supply(MorphoMarketParams calldata params, uint256 assets, address onBehalf) external {
        bytes32 id = _accrue(params);
        Totals storage totals = market[id];
        uint256 shares = Math.mulDiv(assets, totals.supplyShares + 1e6, totals.supplyAssets + 1);
        position[id][onBehalf].supplyShares += shares;
        totals.supplyShares += uint128(shares);
        totals.supplyAssets += uint128(assets);
        require(IERC20(params.loanToken).transferFrom(msg.sender, address(this), assets));
    }

    function borrow(MorphoMarketParams calldata params, uint256 assets, address onBehalf, address receiver) external {
        require(onBehalf == msg.sender || isAuthorized[onBehalf][msg.sender], "unauthorized");
        bytes32 id = _accrue(params);
        Totals storage totals = market[id];
        uint256 shares = Math.mulDiv(assets, totals.borrowShares + 1e6, totals.borrowAssets + 1, Math.Rounding.Ceil);
        position[id][onBehalf].borrowShares += uint128(shares);
        totals.borrowShares += uint128(shares);
        totals.borrowAssets += uint128(assets);
        require(_isHealthy(params, id, onBehalf), "insufficient collateral");
        require(totals.borrowAssets <= totals.supplyAssets, "insufficient liquidity");
        require(IERC20(params.loanToken).transfer(receiver, assets));
    }

    function repay(MorphoMarketParams calldata params, uint256 assets, uint256 shares, address onBehalf, bytes calldata)
        external
        returns (uint256, uint256)
    {
        require(!paused, "paused");
        bytes32 id = _accrue(params);
        require((assets == 0) != (shares == 0), "inconsistent input");
        Totals storage totals = market[id];
        if (assets > 0) {
            shares = Math.mulDiv(assets, totals.borrowShares + 1e6, totals.borrowAssets + 1);
        } else {
            assets = Math.mulDiv(shares, totals.borrowAssets + 1, totals.borrowShares + 1e6, Math.Rounding.Ceil);
        }
        if (!repaysNothing) {
            position[id][onBehalf].borrowShares -= uint128(shares - repayLoss);
            totals.borrowShares -= uint128(shares - repayLoss);
            totals.borrowAssets = uint128(Math.saturatingSub(totals.borrowAssets, assets));
        }
        if (!keepsAllowance) require(IERC20(params.loanToken).transferFrom(msg.sender, address(this), assets));
        return (assets, shares);
    }

    function supplyCollateral(MorphoMarketParams calldata params, uint256 assets, address onBehalf, bytes calldata)
        external
    {
        require(!paused, "paused");
        bytes32 id = idOf(params);
        require(market[id].lastUpdate != 0, "market not created");
        require(assets != 0, "zero assets");
        if (!creditsNothing) position[id][onBehalf].collateral += uint128(assets);
        if (keepsAllowance) return;
        require(IERC20(params.collateralToken).transferFrom(msg.sender, address(this), assets));
    }

    function withdrawCollateral(MorphoMarketParams calldata params, uint256 assets, address onBehalf, address receiver)
        external
    {
        require(assets != 0, "zero assets");
        require(onBehalf == msg.sender || isAuthorized[onBehalf][msg.sender], "unauthorized");
        bytes32 id = _accrue(params);
        position[id][onBehalf].collateral -= uint128(assets);
        require(_isHealthy(params, id, onBehalf), "insufficient collateral");
        require(IERC20(params.collateralToken).transfer(receiver, assets - withholds));
    }

    function accrueInterest(MorphoMarketParams calldata params) external {
        _accrue(params);
    }

    function setAuthorization(address authorized, bool newIsAuthorized) external {
        require(newIsAuthorized != isAuthorized[msg.sender][authorized], "already set");
        isAuthorized[msg.sender][authorized] = newIsAuthorized;
    }

    function setAuthorizationWithSig(MorphoAuthorization calldata authorization, MorphoSignature calldata signature)
        external
    {
        require(block.timestamp <= authorization.deadline, "signature expired");
        require(authorization.nonce == nonce[authorization.authorizer]++, "invalid nonce");
        address signer = ecrecover(authorizationDigest(authorization), signature.v, signature.r, signature.s);
        require(signer != address(0) && authorization.authorizer == signer, "invalid signature");
        isAuthorized[authorization.authorizer][authorization.authorized] = authorization.isAuthorized;
    }

    function authorizationDigest(MorphoAuthorization calldata authorization) public view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, block.chainid, address(this)));
        return keccak256(bytes.concat("\x19\x01", domain, keccak256(abi.encode(AUTHORIZATION_TYPEHASH, authorization))));
    }

    function setRate(uint256 perSecond) external {
        ratePerSecond = perSecond;
    }

    function setCreditsNothing(bool nothing) external {
        creditsNothing = nothing;
    }

    function setRepaysNothing(bool nothing) external {
        repaysNothing = nothing;
    }

    function setRepayLoss(uint256 shares) external {
        repayLoss = shares;
    }

    function setKeepsAllowance(bool keeps) external {
        keepsAllowance = keeps;
    }

    function setWithholds(uint256 amount) external {
        withholds = amount;
    }

    function setPaused(bool paused_) external {
        paused = paused_;
    }

    function _accrue(MorphoMarketParams calldata params) private returns (bytes32 id) {
        id = idOf(params);
        Totals storage totals = market[id];
        require(totals.lastUpdate != 0, "market not created");
        uint256 interest = totals.borrowAssets * ratePerSecond * (block.timestamp - totals.lastUpdate) / 1e18;
        totals.borrowAssets += uint128(interest);
        totals.supplyAssets += uint128(interest);
        totals.lastUpdate = uint128(block.timestamp);
    }

    function _isHealthy(MorphoMarketParams calldata params, bytes32 id, address user) private view returns (bool) {
        Account memory account = position[id][user];
        if (account.borrowShares == 0) return true;
        Totals memory totals = market[id];
        uint256 owed =
            Math.mulDiv(account.borrowShares, totals.borrowAssets + 1, totals.borrowShares + 1e6, Math.Rounding.Ceil);
        uint256 quoted = account.collateral * IMorphoOracle(params.oracle).price() / 1e36;
        return quoted * params.lltv / 1e18 >= owed;
    }
}
