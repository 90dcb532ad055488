// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What Morpho Blue tells an interest rate model: which market, and how it stood at its last update.
struct DevnetMarketParams {
    address loanToken;
    address collateralToken;
    address oracle;
    address irm;
    uint256 lltv;
}

struct DevnetMarketState {
    uint128 totalSupplyAssets;
    uint128 totalSupplyShares;
    uint128 totalBorrowAssets;
    uint128 totalBorrowShares;
    uint128 lastUpdate;
    uint128 fee;
}

/// @title Devnet interest rate model of Morpho Blue
/// @notice An adaptive curve by the published formula of Morpho's: a kinked curve through a rate at 90 % utilization, which
/// itself grows or shrinks exponentially with the distance from there. For local networks, where no package has Morpho's own.
/// @dev All numbers are WAD and rates are per second. Signed division rounds towards zero.
contract DevnetAdaptiveCurveIrm {
    /// @notice Only Morpho moves the rate.
    error NotMorpho(address caller);

    int256 private constant ONE = 1e18;
    int256 private constant TARGET = 0.9e18;
    int256 private constant SPEED = int256(50e18) / 365 days;
    int256 private constant FIRST_RATE = int256(0.04e18) / 365 days;
    int256 private constant LOWEST_RATE = int256(0.001e18) / 365 days;
    int256 private constant HIGHEST_RATE = int256(2e18) / 365 days;
    int256 private constant LN_2 = 693_147_180_559_945_309;

    address public immutable MORPHO;

    /// @notice The rate at 90 % utilization of each market, as of its last update.
    mapping(bytes32 id => int256 rate) public rateAtTarget;

    constructor(address morpho) {
        MORPHO = morpho;
    }

    /// @notice The average rate since the market's last update; keeps where the rate at target has got to.
    function borrowRate(DevnetMarketParams calldata params, DevnetMarketState calldata market)
        external
        returns (uint256 average)
    {
        if (msg.sender != MORPHO) revert NotMorpho(msg.sender);
        bytes32 id = keccak256(abi.encode(params));
        (average, rateAtTarget[id]) = _rates(rateAtTarget[id], market);
    }

    /// @notice The same, and keeps nothing.
    function borrowRateView(DevnetMarketParams calldata params, DevnetMarketState calldata market)
        external
        view
        returns (uint256 average)
    {
        (average,) = _rates(rateAtTarget[keccak256(abi.encode(params))], market);
    }

    function _rates(int256 start, DevnetMarketState calldata market) private view returns (uint256, int256) {
        int256 distance = _distance(market.totalBorrowAssets, market.totalSupplyAssets);
        if (start == 0) return (_onCurve(FIRST_RATE, distance), FIRST_RATE);
        // forge-lint: disable-next-line(unsafe-typecast)
        int256 growth = SPEED * distance / ONE * int256(block.timestamp - market.lastUpdate);
        if (growth == 0) return (_onCurve(start, distance), start);
        int256 end = _grown(start, growth);
        // The trapezoidal rule over two halves of the time.
        int256 average = (start + end + 2 * _grown(start, growth / 2)) / 4;
        return (_onCurve(average, distance), end);
    }

    /// @dev From -1 where nothing is lent to 1 where all is.
    function _distance(uint256 borrowed, uint256 supplied) private pure returns (int256) {
        // forge-lint: disable-next-line(unsafe-typecast)
        int256 utilization = supplied == 0 ? int256(0) : int256(borrowed * 1e18 / supplied);
        return (utilization - TARGET) * ONE / (utilization > TARGET ? ONE - TARGET : TARGET);
    }

    /// @dev A quarter of the rate at target where nothing is lent, four times it where all is.
    function _onCurve(int256 rate, int256 distance) private pure returns (uint256) {
        int256 slope = distance < 0 ? int256(0.75e18) : int256(3e18);
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256((slope * distance / ONE + ONE) * rate / ONE);
    }

    function _grown(int256 rate, int256 growth) private pure returns (int256) {
        int256 grown = rate * _exp(growth) / ONE;
        if (grown > HIGHEST_RATE) return HIGHEST_RATE;
        return grown < LOWEST_RATE ? LOWEST_RATE : grown;
    }

    /// @dev A power of two times a Taylor polynomial of the second order.
    function _exp(int256 x) private pure returns (int256) {
        if (x < -41_446_531_673_892_822_312) return 0;
        if (x >= 93_859_467_695_000_404_319) {
            return 57_716_089_161_558_943_949_701_069_502_944_508_345_128_422_502_756_744_429_568;
        }
        int256 power = (x + (x < 0 ? -(LN_2 / 2) : LN_2 / 2)) / LN_2;
        int256 rest = x - power * LN_2;
        int256 factor = ONE + rest + rest * rest / ONE / 2;
        // forge-lint: disable-next-line(unsafe-typecast)
        return power >= 0 ? factor << uint256(power) : factor >> uint256(-power);
    }
}
