// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockVToken} from "./MockVToken.sol";

/// @notice A Comptroller with the arithmetic of Venus's isolated pools or of Compound itself, and its own price oracle.
contract MockComptroller {
    uint256 private constant WAD = 1e18;

    struct Market {
        bool isListed;
        uint256 collateralFactor;
        uint256 threshold;
    }

    error MarketNotListed(address token);
    error InsufficientLiquidity();
    error PriceError(address token);

    bool public immutable isVenus;
    mapping(address token => Market) public markets;
    mapping(address token => uint256) public getUnderlyingPrice;
    mapping(address account => mapping(address token => bool)) public checkMembership;
    mapping(address account => address[]) private _entered;
    /// What {getAccountLiquidity} answers as its error code.
    uint256 public liquidityCode;

    constructor(bool isVenus_) {
        isVenus = isVenus_;
    }

    function list(MockVToken token, uint256 price, uint256 collateralFactor, uint256 threshold) external {
        markets[address(token)] = Market(true, collateralFactor, threshold);
        getUnderlyingPrice[address(token)] = price;
    }

    function unlist(address token) external {
        markets[token].isListed = false;
    }

    function setPrice(address token, uint256 price) external {
        getUnderlyingPrice[token] = price;
    }

    function setLiquidityCode(uint256 code) external {
        liquidityCode = code;
    }

    function enter(address account, address token) external {
        if (checkMembership[account][token]) return;
        checkMembership[account][token] = true;
        _entered[account].push(token);
    }

    function oracle() external view returns (address) {
        return address(this);
    }

    /// Venus leaves out what is listed no longer.
    function getAssetsIn(address account) public view returns (address[] memory tokens) {
        tokens = _entered[account];
        if (!isVenus) return tokens;
        uint256 count;
        for (uint256 i = 0; i < tokens.length; ++i) {
            if (markets[tokens[i]].isListed) tokens[count++] = tokens[i];
        }
        assembly {
            mstore(tokens, count)
        }
    }

    function getAccountLiquidity(address account) public view returns (uint256, uint256, uint256) {
        if (liquidityCode != 0) return (liquidityCode, 0, 0);
        (uint256 weighted, uint256 owed) = _sums(account, address(0), 0, true);
        if (weighted > owed) return (0, weighted - owed, 0);
        return (0, 0, owed - weighted);
    }

    /// What a token asks before shares leave an account: by collateral factors, with stored interest.
    function requireRedeemable(address token, address account, uint256 shares) external view {
        if (!markets[token].isListed) revert MarketNotListed(token);
        if (!checkMembership[account][token]) return;
        (uint256 weighted, uint256 owed) = _sums(account, token, shares, false);
        if (weighted < owed) revert InsufficientLiquidity();
    }

    function _sums(address account, address token, uint256 shares, bool byThreshold)
        private
        view
        returns (uint256 weighted, uint256 owed)
    {
        address[] memory tokens = getAssetsIn(account);
        for (uint256 i = 0; i < tokens.length; ++i) {
            MockVToken one = MockVToken(tokens[i]);
            uint256 price = getUnderlyingPrice[tokens[i]];
            if (price == 0) revert PriceError(tokens[i]);
            uint256 perShare = _weightedPrice(one, price, byThreshold);
            weighted += perShare * one.balanceOf(account) / WAD;
            owed += price * one.borrowBalanceStored(account) / WAD;
            if (tokens[i] == token) owed += perShare * shares / WAD;
        }
    }

    function _weightedPrice(MockVToken token, uint256 price, bool byThreshold) private view returns (uint256) {
        Market memory market = markets[address(token)];
        uint256 factor = byThreshold && isVenus ? market.threshold : market.collateralFactor;
        uint256 rate = token.exchangeRateStored();
        return isVenus ? factor * (rate * price / WAD) / WAD : (factor * rate / WAD) * price / WAD;
    }
}
