// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Comptroller
/// @notice What the router uses of a Comptroller of the Compound V2 family: of Venus's pools, of Moonwell, of Compound itself.
interface IComptroller {
    /// @notice Whether the token is one of its markets. What follows differs by member of the family and is left out: a
    /// decoder of static words ignores it.
    function markets(address token) external view returns (bool isListed);

    /// @notice The tokens in which the account's supplies are collateral, and all in which it has debts.
    function getAssetsIn(address account) external view returns (address[] memory tokens);

    /// @notice Whether the account's supply of the token is collateral.
    function checkMembership(address account, address token) external view returns (bool);

    /// @notice What the account has above its debts, and what it lacks, weighted as liquidations weigh it: one of them is
    /// zero. Dollars, WAD, with interest as of each token's last accrual.
    function getAccountLiquidity(address account)
        external
        view
        returns (uint256 errorCode, uint256 liquidity, uint256 shortfall);

    /// @notice Where its prices come from.
    function oracle() external view returns (address);
}

/// @title Price oracle
/// @notice Prices as a Comptroller takes them.
interface ICompoundV2Oracle {
    /// @notice Dollars per base unit of the token's underlying asset, with 36 decimals.
    function getUnderlyingPrice(address token) external view returns (uint256);
}

/// @title vToken, cToken or mToken
/// @notice What the router uses of them. Shares are the token's own units; rates are WAD, base units per share.
/// @dev Compound's own answers an error code where others revert: zero is none.
interface ICompoundV2Token is IERC20 {
    /// @notice Pulls the asset from the caller and gives shares to the caller, rounded down.
    function mint(uint256 amount) external returns (uint256 errorCode);

    /// @notice Burns the caller's shares and pays the caller what they are worth, rounded down.
    function redeem(uint256 shares) external returns (uint256 errorCode);

    /// @notice Pulls the asset from the caller to repay what the borrower owes.
    function repayBorrowBehalf(address borrower, uint256 amount) external returns (uint256 errorCode);

    /// @notice Brings interest up to date.
    function accrueInterest() external returns (uint256 errorCode);

    /// @notice Base units per share, WAD, as of the last accrual.
    function exchangeRateStored() external view returns (uint256);

    /// @notice What the account owes, as of the last accrual.
    function borrowBalanceStored(address account) external view returns (uint256);

    /// @notice What all owe, as of the last accrual. Rounding can leave less here than the last borrower owes.
    function totalBorrows() external view returns (uint256);

    /// @notice The asset that is lent. The token of a chain's own coin has none.
    function underlying() external view returns (address);

    /// @notice Its Comptroller.
    function comptroller() external view returns (address);
}
