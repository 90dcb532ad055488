// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Vm} from "forge-std/Vm.sol";
import {Action, ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B12: whoever composes chooses the gas. A composer that catches a failure of its market can be starved into
/// it, so that a healthy move ends parked.
contract B12_StarvedGasTest is RouterTest {
    bytes32 private queued;

    /// Alice's first arrival is to be composed; bob had one before. Nothing is parked, so that whatever is costs the most.
    function setUp() public override {
        super.setUp();
        bytes32 earlier = _parkFrom(bob, _move(1 ether));
        vm.prank(bob);
        router.claim(earlier, bob);
        queued = _deliverFrom(alice, _move(1 ether));
    }

    function _tryCompose(bytes32 guid, uint256 gasLimit) private returns (bool ok) {
        try endpoint.compose{gas: gasLimit}(guid) {
            ok = true;
        } catch {}
    }

    function testFuzz_AHealthyMarketIsNeverParked(uint256 gasLimit) external {
        bool ok = _tryCompose(queued, bound(gasLimit, 30_000, 2_000_000));
        _assertStatus(queued, ok ? ArrivalStatus.Credited : ArrivalStatus.None);
        assertEq(endpoint.isQueued(queued), !ok);
    }

    function testFuzz_ARefusingMarketIsParkedOrStillQueued(uint256 gasLimit, bool burnsAll) external {
        if (burnsAll) destination.setGasToBurn(type(uint256).max);
        else destination.setPaused(true);
        bool ok = _tryCompose(queued, bound(gasLimit, 30_000, 2_000_000));
        _assertStatus(queued, ok ? ArrivalStatus.Parked : ArrivalStatus.None);
        assertEq(endpoint.isQueued(queued), !ok);
        assertEq(weth.balanceOf(address(router)), 1 ether);
    }

    function composeWith(bytes32 guid, uint256 gasLimit) external {
        _composeWith(guid, gasLimit);
    }

    /// The line between "not enough" and "enough" is where a fuzzer seldom comes: walk along it.
    function test_AroundTheFloorNothingIsParked() external {
        bytes32 guid = queued;
        uint256 snapshot = vm.snapshotState();
        (uint256 low, uint256 high) = (100_000, 2_000_000);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            bool ok = _tryCompose(guid, middle);
            vm.revertToState(snapshot);
            if (ok) high = middle;
            else low = middle;
        }
        assertLt(high, endpoint.composeGasOf(guid), "what was bought suffices");
        for (uint256 gasLimit = high - 200; gasLimit < high + 200; ++gasLimit) {
            bool ok = _tryCompose(guid, gasLimit);
            _assertStatus(guid, ok ? ArrivalStatus.Credited : ArrivalStatus.None);
            vm.revertToState(snapshot);
        }
    }

    function testFuzz_TheBoughtGasSuffices(uint256 settleGas, uint256 failure, bool firstArrival) external {
        (uint256 min, uint256 max) = router.settleGasBounds();
        Move memory move = _move(1 ether);
        move.id = "move 2";
        move.recovery = safe;
        move.settleGas = uint128(bound(settleGas, min, max));
        bytes32 guid = _deliverFrom(firstArrival ? alice : bob, move);
        failure = failure % 4;
        if (failure == 1) destination.setPaused(true);
        if (failure == 2) destination.setGasToBurn(type(uint256).max);
        if (failure == 3) destination.setBombSize(2048);
        _composeAsBought(guid);
        assertFalse(endpoint.isQueued(guid));
        if (failure != 0) _assertStatus(guid, ArrivalStatus.Parked);
    }

    /// What is bought exceeds what is needed by the same margin for every settle gas: it pays for tokens behind a proxy, which
    /// this one is not, and for an endpoint that does more.
    function test_TheMarginIsTheSameForEverySettleGas() external {
        (uint256 min, uint256 max) = router.settleGasBounds();
        uint256[3] memory settleGas = [min, SETTLE_GAS, max];
        for (uint256 i = 0; i < 3; ++i) {
            Move memory move = _move(1 ether);
            move.id = bytes32(i);
            move.recovery = safe;
            move.settleGas = uint128(settleGas[i]);
            bytes32 guid = _deliverFrom(alice, move);
            uint256 bought = endpoint.composeGasOf(guid);
            uint256 snapshot = vm.snapshotState();
            _composeWith(guid, bought - 130_000);
            assertFalse(endpoint.isQueued(guid), "130,000 less suffices");
            vm.revertToState(snapshot);
            (bool ok,) = address(this).call(abi.encodeCall(this.composeWith, (guid, bought - 160_000)));
            assertFalse(ok, "160,000 less does not");
        }
    }

    /// The same for what costs most: coins, which are wrapped, for a market with an id.
    function test_TheMarginIsThereForCoinsToo() external {
        Move memory move = _move(1 ether);
        move.asset = address(coin);
        move.dstMarketId = "market";
        move.id = "move 2";
        move.recovery = safe;
        bytes32 guid = _deliverFrom(alice, move);
        uint256 bought = endpoint.composeGasOf(guid);
        uint256 snapshot = vm.snapshotState();
        _composeWith(guid, bought - 70_000);
        assertFalse(endpoint.isQueued(guid), "70,000 less suffices");
        vm.revertToState(snapshot);
        (bool ok,) = address(this).call(abi.encodeCall(this.composeWith, (guid, bought - 100_000)));
        assertFalse(ok, "100,000 less does not");
    }

    /// A market that is not trusted here takes one slot more to remember.
    function test_TheMarginIsThereForAnUnknownMarketToo() external {
        Move memory move = _move(1 ether);
        (move.id, move.asset, move.recovery) = ("move 2", address(coin), safe);
        (move.dstMarket, move.dstMarketId) = (address(0xdead), "market");
        bytes32 guid = _deliverFrom(alice, move);
        _composeWith(guid, endpoint.composeGasOf(guid) - 50_000);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(router.arrival(guid).market, address(0xdead));
    }

    /// The supply of a market that returns megabytes costs what was bought for it, and no more.
    function test_ReturnDataBombIsCut() external {
        bytes32 guid = queued;
        for (uint256 size = 1024; size <= 131_072; size *= 2) {
            uint256 snapshot = vm.snapshotState();
            destination.setBombSize(size);
            _composeAsBought(guid);
            _assertStatus(guid, ArrivalStatus.Parked);
            vm.revertToState(snapshot);
        }
    }

    function test_TheReasonIsCutAtItsBound() external {
        destination.setBombSize(10_000);
        vm.recordLogs();
        _composeAsBought(queued);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 seen;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ICollateralRouter.MoveParked.selector) continue;
            (,,,,, bytes memory reason) = abi.decode(logs[i].data, (Action, address, bytes32, address, uint256, bytes));
            assertEq(reason.length, 256);
            ++seen;
        }
        assertEq(seen, 1);
    }
}
