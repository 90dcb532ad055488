// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeERC20, IERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MockComptroller} from "./MockComptroller.sol";

/// @notice A vToken with the family's rounding, interest by the second and error codes. Each way to fail is a switch.
contract MockVToken {
    using SafeERC20 for IERC20;

    uint256 private constant WAD = 1e18;

    struct Debt {
        uint256 principal;
        uint256 index;
    }

    error Paused();
    error RedeemsToNothing();

    address public immutable comptroller;
    address public immutable underlying;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;
    uint256 public totalBorrows;
    uint256 public totalReserves;
    uint256 public borrowIndex = WAD;
    uint256 public accruedAt;
    uint256 public ratePerSecond;
    uint256 private _firstRate;
    mapping(address => Debt) private _debts;

    // Switches: codes as Compound's own answers them, where others revert.
    uint256 public accrueCode;
    uint256 public mintCode;
    uint256 public redeemCode;
    uint256 public repayCode;
    bool public refusesTransfers;
    bool public paused;
    /// A treasury's part of what is redeemed, of 10,000.
    uint256 public redeemFee;
    bool public keepsAllowance;
    /// Takes a repayment and writes down this much less of it.
    uint256 public repayLoss;
    /// Mints so many shares less.
    uint256 public mintLoss;

    constructor(address comptroller_, address underlying_, uint256 firstRate) {
        comptroller = comptroller_;
        underlying = underlying_;
        _firstRate = firstRate;
        accruedAt = block.timestamp;
    }

    // ------------------------------------------------------------------ what users call

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 shares) external returns (bool) {
        return _transfer(msg.sender, to, shares);
    }

    function transferFrom(address from, address to, uint256 shares) external returns (bool) {
        allowance[from][msg.sender] -= shares;
        return _transfer(from, to, shares);
    }

    function mint(uint256 amount) external returns (uint256) {
        if (paused) revert Paused();
        if (mintCode != 0) return mintCode;
        accrueInterest();
        uint256 shares = amount * WAD / exchangeRateStored() - mintLoss;
        if (!keepsAllowance) IERC20(underlying).safeTransferFrom(msg.sender, address(this), amount);
        balanceOf[msg.sender] += shares;
        totalSupply += shares;
        return 0;
    }

    function redeem(uint256 shares) external returns (uint256) {
        if (paused) revert Paused();
        if (redeemCode != 0) return redeemCode;
        accrueInterest();
        uint256 amount = shares * exchangeRateStored() / WAD;
        if (amount == 0) revert RedeemsToNothing();
        MockComptroller(comptroller).requireRedeemable(address(this), msg.sender, shares);
        totalSupply -= shares;
        balanceOf[msg.sender] -= shares;
        uint256 fee = amount * redeemFee / 10_000;
        if (fee != 0) IERC20(underlying).safeTransfer(address(0xfee), fee);
        IERC20(underlying).safeTransfer(msg.sender, amount - fee);
        return 0;
    }

    function borrow(uint256 amount) external {
        accrueInterest();
        MockComptroller(comptroller).enter(msg.sender, address(this));
        _debts[msg.sender] = Debt(borrowBalanceStored(msg.sender) + amount, borrowIndex);
        totalBorrows += amount;
        IERC20(underlying).safeTransfer(msg.sender, amount);
    }

    function repayBorrowBehalf(address borrower, uint256 amount) external returns (uint256) {
        if (paused) revert Paused();
        if (repayCode != 0) return repayCode;
        accrueInterest();
        uint256 owed = borrowBalanceStored(borrower);
        if (!keepsAllowance) IERC20(underlying).safeTransferFrom(msg.sender, address(this), amount);
        _debts[borrower] = Debt(owed - (amount - repayLoss), borrowIndex);
        totalBorrows -= amount - repayLoss;
        return 0;
    }

    function accrueInterest() public returns (uint256) {
        if (accrueCode != 0) return accrueCode;
        uint256 factor = ratePerSecond * (block.timestamp - accruedAt);
        accruedAt = block.timestamp;
        uint256 interest = factor * totalBorrows / WAD;
        totalBorrows += interest;
        totalReserves += interest / 10;
        borrowIndex += factor * borrowIndex / WAD;
        return 0;
    }

    // ------------------------------------------------------------------ what is asked

    function exchangeRateStored() public view returns (uint256) {
        if (totalSupply == 0) return _firstRate;
        uint256 cash = IERC20(underlying).balanceOf(address(this));
        return (cash + totalBorrows - totalReserves) * WAD / totalSupply;
    }

    function borrowBalanceStored(address account) public view returns (uint256) {
        Debt memory debt = _debts[account];
        return debt.principal == 0 ? 0 : debt.principal * borrowIndex / debt.index;
    }

    // ------------------------------------------------------------------ switches

    function setRatePerSecond(uint256 rate) external {
        accrueInterest();
        ratePerSecond = rate;
    }

    function setCodes(uint256 accrue, uint256 mint_, uint256 redeem_, uint256 repay) external {
        (accrueCode, mintCode, redeemCode, repayCode) = (accrue, mint_, redeem_, repay);
    }

    function setRefusesTransfers(bool refuses) external {
        refusesTransfers = refuses;
    }

    function setPaused(bool paused_) external {
        paused = paused_;
    }

    function setRedeemFee(uint256 fee) external {
        redeemFee = fee;
    }

    function setKeepsAllowance(bool keeps) external {
        keepsAllowance = keeps;
    }

    function setLosses(uint256 mint_, uint256 repay) external {
        (mintLoss, repayLoss) = (mint_, repay);
    }

    /// Books that say less than the last borrower owes, as rounding makes them.
    function setTotalBorrows(uint256 amount) external {
        totalBorrows = amount;
    }

    /// A state as it may be found, for vectors.
    function setState(address account, uint256 shares, uint256 rate, uint256 debt) external {
        (balanceOf[account], totalSupply, _firstRate) = (shares, 0, rate);
        _debts[account] = Debt(debt, borrowIndex);
    }

    function _transfer(address from, address to, uint256 shares) private returns (bool) {
        if (refusesTransfers) return false;
        MockComptroller(comptroller).requireRedeemable(address(this), from, shares);
        balanceOf[from] -= shares;
        balanceOf[to] += shares;
        return true;
    }
}
