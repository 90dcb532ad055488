// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {AaveReserveHead} from "../../src/interfaces/IAaveV3Pool.sol";
import {MockAToken} from "./MockAToken.sol";
import {MockDebtToken} from "./MockDebtToken.sol";

/// @notice A pool with Aave's rounding, flags and refusals, every asset worth one and counted at 80 %. Each way to fail is a
/// switch.
contract MockAavePool {
    /// As Aave 3.0 returns it: four words more than the router decodes.
    struct FullReserve {
        AaveReserveHead head;
        address interestRateStrategy;
        uint128 accruedToTreasury;
        uint128 unbacked;
        uint128 isolationModeTotalDebt;
    }

    error ReservePaused();
    error ReserveFrozen();
    error SupplyCapExceeded();
    error NotEnoughBalance();
    error HealthTooLow();
    error OnlyVariableDebt();

    uint256 public index = 1.234567890123456789012345678e27;
    uint256 public debtIndex = 1.345678901234567890123456789e27;
    address[] public assets;
    mapping(address asset => MockAToken) public aTokenOf;
    mapping(address asset => MockDebtToken) public debtTokenOf;
    mapping(address user => uint256) public debtOf;
    mapping(address user => uint256) private _config;

    // Switches.
    bool public paused;
    bool public frozen;
    uint256 public supplyCap = type(uint256).max;
    bool public neverCollateral;
    bool public creditsNothing;
    bool public keepsAllowance;
    /// A repayment is taken and lowers no debt.
    bool public forgivesNothing;
    /// What a supply credits, or a repayment forgives, less than was paid.
    uint256 public withholds;
    uint256 public gasToBurn;
    uint256 public bombSize;
    address public hook;
    bytes public hookData;

    /// What {supply} saw last, so that a test knows with how much gas it ran.
    uint256 public gasAtSupply;

    function list(address asset, bool hasPermit) external returns (MockAToken aToken) {
        aToken = new MockAToken(asset, hasPermit);
        aTokenOf[asset] = aToken;
        debtTokenOf[asset] = new MockDebtToken();
        assets.push(asset);
    }

    function supply(address asset, uint256 amount, address onBehalfOf, uint16) external {
        gasAtSupply = gasleft();
        if (frozen) revert ReserveFrozen();
        if (amount > supplyCap) revert SupplyCapExceeded();
        _misbehave();
        MockAToken aToken = aTokenOf[asset];
        if (!keepsAllowance) SafeERC20.safeTransferFrom(IERC20(asset), msg.sender, address(aToken), amount);
        if (creditsNothing) return;
        bool first = aToken.scaledBalanceOf(onBehalfOf) == 0;
        aToken.mint(onBehalfOf, amount - withholds);
        if (first) _enable(asset, onBehalfOf);
    }

    /// A frozen reserve takes repayments.
    function repay(address asset, uint256 amount, uint256 rateMode, address onBehalfOf)
        external
        returns (uint256 paid)
    {
        gasAtSupply = gasleft();
        if (rateMode != 2) revert OnlyVariableDebt();
        _misbehave();
        MockDebtToken debtToken = debtTokenOf[asset];
        uint256 debt = debtToken.balanceOf(onBehalfOf);
        paid = amount < debt ? amount : debt;
        if (!keepsAllowance) {
            SafeERC20.safeTransferFrom(IERC20(asset), msg.sender, address(aTokenOf[asset]), paid);
        }
        if (!forgivesNothing) debtToken.burn(onBehalfOf, paid - withholds);
    }

    function borrow(address asset, uint256 amount) external {
        debtTokenOf[asset].mint(msg.sender, amount);
        _config[msg.sender] |= 1 << (2 * _idOf(asset));
        aTokenOf[asset].pay(msg.sender, amount);
        _requireHealthy(msg.sender);
    }

    function _misbehave() private {
        if (paused) revert ReservePaused();
        if (gasToBurn != 0) {
            uint256 start = gasleft();
            // More than there is: all of it, at once.
            if (gasToBurn >= start) {
                assembly {
                    invalid()
                }
            }
            uint256 end = start - gasToBurn;
            while (gasleft() > end) {}
        }
        if (bombSize != 0) {
            uint256 size = bombSize;
            assembly {
                revert(0, size)
            }
        }
        _callHook();
    }

    function withdraw(address asset, uint256 amount, address to) external returns (uint256) {
        if (paused) revert ReservePaused();
        if (amount > aTokenOf[asset].balanceOf(msg.sender)) revert NotEnoughBalance();
        aTokenOf[asset].burn(msg.sender, to, amount);
        _callHook();
        _requireHealthy(msg.sender);
        return amount;
    }

    function finalizeTransfer(address from, address to, address asset, bool first) external {
        if (first) _enable(asset, to);
        _requireHealthy(from);
    }

    function getUserAccountData(address user)
        public
        view
        returns (
            uint256 collateral,
            uint256 debt,
            uint256 availableBorrows,
            uint256 threshold,
            uint256 ltv,
            uint256 healthFactor
        )
    {
        for (uint256 i = 0; i < assets.length; ++i) {
            if ((_config[user] >> (2 * i + 1)) & 1 == 1) collateral += aTokenOf[assets[i]].balanceOf(user);
            if ((_config[user] >> (2 * i)) & 1 == 1) debt += debtTokenOf[assets[i]].balanceOf(user);
        }
        (availableBorrows, threshold, ltv) = (0, 8000, 7500);
        debt += debtOf[user];
        healthFactor = debt == 0 ? type(uint256).max : collateral * 0.8e18 / debt;
    }

    function getUserConfiguration(address user) external view returns (uint256) {
        return _config[user];
    }

    function getReserveData(address asset) external view returns (FullReserve memory reserve) {
        reserve.head.aToken = address(aTokenOf[asset]);
        reserve.head.id = uint16(_idOf(asset));
        reserve.head.configuration = type(uint256).max;
        reserve.head.liquidityIndex = uint128(index);
        reserve.head.lastUpdateTimestamp = uint40(block.timestamp);
        reserve.head.stableDebtToken = address(0xdead);
        reserve.head.variableDebtToken = address(debtTokenOf[asset]);
        reserve.isolationModeTotalDebt = 1;
    }

    function setIndex(uint256 index_) external {
        index = index_;
    }

    function setDebtIndex(uint256 index_) external {
        debtIndex = index_;
    }

    function setForgivesNothing(bool nothing) external {
        forgivesNothing = nothing;
    }

    function setDebt(address user, uint256 debt) external {
        debtOf[user] = debt;
    }

    function setPaused(bool paused_) external {
        paused = paused_;
    }

    function setFrozen(bool frozen_) external {
        frozen = frozen_;
    }

    function setSupplyCap(uint256 cap) external {
        supplyCap = cap;
    }

    function setNeverCollateral(bool never) external {
        neverCollateral = never;
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

    function setGasToBurn(uint256 amount) external {
        gasToBurn = amount;
    }

    function setBombSize(uint256 size) external {
        bombSize = size;
    }

    function setHook(address target, bytes calldata data) external {
        hook = target;
        hookData = data;
    }

    function _callHook() private {
        if (hook == address(0)) return;
        (bool ok, bytes memory result) = hook.call(hookData);
        if (!ok) {
            assembly {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    function _enable(address asset, address user) private {
        if (!neverCollateral) _config[user] |= 1 << (2 * _idOf(asset) + 1);
    }

    function _idOf(address asset) private view returns (uint256 id) {
        while (id < assets.length && assets[id] != asset) ++id;
    }

    function _requireHealthy(address user) private view {
        (,,,,, uint256 healthFactor) = getUserAccountData(user);
        if (healthFactor < 1e18) revert HealthTooLow();
    }
}
