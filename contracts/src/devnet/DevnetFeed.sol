// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @title Devnet feed
/// @notice Answers as Chainlink's feeds do, of prices and of a sequencer's uptime, for local networks only.
/// @dev `updatedAt` is the time of the latest answer, `startedAt` the time since when the answer is what it is.
contract DevnetFeed is Ownable {
    uint8 private immutable DECIMALS;
    uint80 private _round;
    int256 private _answer;
    uint256 private _startedAt;
    uint256 private _updatedAt;

    constructor(uint8 decimals_, int256 answer, uint256 startedAt, address owner) Ownable(owner) {
        DECIMALS = decimals_;
        _startedAt = startedAt;
        _update(answer);
    }

    /// @notice Begins a round, also when the answer stays the same.
    function setAnswer(int256 answer) external onlyOwner {
        if (answer != _answer) _startedAt = block.timestamp;
        _update(answer);
    }

    function decimals() external view returns (uint8) {
        return DECIMALS;
    }

    function latestAnswer() external view returns (int256) {
        return _answer;
    }

    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        return (_round, _answer, _startedAt, _updatedAt, _round);
    }

    function _update(int256 answer) private {
        _round += 1;
        _answer = answer;
        _updatedAt = block.timestamp;
    }
}
