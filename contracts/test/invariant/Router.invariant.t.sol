// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Arrival, ArrivalStatus} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";
import {RouterHandler} from "./RouterHandler.sol";

/// @notice What holds after every sequence of calls by anyone. The numbers are those of the threat model.
contract RouterInvariantTest is RouterTest {
    RouterHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new RouterHandler(router, endpoint, source, destination, weth, [alice, bob, safe]);
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = RouterHandler.send.selector;
        selectors[1] = RouterHandler.deliver.selector;
        selectors[2] = RouterHandler.compose.selector;
        selectors[3] = RouterHandler.close.selector;
        selectors[4] = RouterHandler.retry.selector;
        selectors[5] = RouterHandler.claim.selector;
        selectors[6] = RouterHandler.donate.selector;
        selectors[7] = RouterHandler.intrude.selector;
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    /// I1, I2, I14: the router holds what is parked, what is delivered but not composed, and gifts. To the unit.
    function invariant_I02_TheBalanceIsWhatIsOwed() external view {
        assertEq(
            weth.balanceOf(address(router)),
            router.totalParked(address(weth)) + handler.uncomposed() + handler.donated()
        );
    }

    /// I2: what is parked in sum is what is parked one by one.
    function invariant_I02_TheSumIsTheSumOfItsParts() external view {
        uint256 sum;
        for (uint256 i = 0; i < endpoint.guidCount(); ++i) {
            Arrival memory arrival = router.arrival(endpoint.guids(i));
            if (arrival.status == ArrivalStatus.Parked) sum += arrival.amount;
        }
        assertEq(router.totalParked(address(weth)), sum);
    }

    /// I3: each guid settles once, and only after it was delivered.
    function invariant_I03_EachGuidSettlesOnce() external view {
        for (uint256 i = 0; i < endpoint.guidCount(); ++i) {
            bytes32 guid = endpoint.guids(i);
            ArrivalStatus status = _status(guid);
            bool settled = status == ArrivalStatus.Credited || status == ArrivalStatus.Claimed;
            assertEq(handler.settlements(guid), settled ? 1 : 0);
            if (status != ArrivalStatus.None) assertTrue(handler.delivered(guid) && !endpoint.isQueued(guid));
        }
    }

    /// I5, I6: no receipt tokens, no native value, no allowances between transactions.
    function invariant_I06_NothingIsLeftBehind() external view {
        assertEq(_supplied(source, address(router), address(weth)), 0);
        assertEq(_supplied(destination, address(router), address(weth)), 0);
        assertEq(address(router).balance, 0);
        assertEq(weth.allowance(address(router), address(source)), 0);
        assertEq(weth.allowance(address(router), address(destination)), 0);
        assertEq(weth.allowance(address(router), address(weth)), 0);
    }

    /// I7, I16: nothing that a stranger calls succeeds.
    function invariant_I07_StrangersHaveNoLuck() external view {
        assertEq(handler.strangersLuck(), 0);
        assertEq(weth.balanceOf(handler.STRANGER()), 0);
    }

    /// I10: a market that would take a move is never bypassed, with any gas and value.
    function invariant_I10_AHealthyMarketIsNeverParked() external view {
        assertEq(handler.healthyParked(), 0);
    }

    /// I1, I23: no owner ends with more than was sent, and, once all is finished, none with less.
    function invariant_I23_NobodyGainsOrLoses() external view {
        for (uint256 i = 0; i < 3; ++i) {
            address owner = handler.owners(i);
            uint256 out = handler.claimedBy(owner) + _supplied(destination, owner, address(weth));
            uint256 pending = handler.sentBy(owner);
            (uint256 total, Arrival[] memory arrivals) = router.latestArrivals(owner, type(uint256).max);
            uint256 settled;
            for (uint256 j = 0; j < total; ++j) {
                if (arrivals[j].status != ArrivalStatus.Parked) settled += arrivals[j].amount;
            }
            assertLe(settled, pending);
            // A base unit of rounding per supply.
            assertApproxEqAbs(out, settled, total + 1);
        }
    }

    /// The invariants mean something only if the handler comes everywhere.
    function test_TheHandlerReachesEveryEnd() external {
        for (uint256 i = 0; i < 1500; ++i) {
            uint256 random = uint256(keccak256(abi.encode(i)));
            (uint256 action, uint256 a, uint256 b) = (random % 8, (random >> 8) % 1e9, random >> 128);
            if (action == 0) handler.send(a, b);
            else if (action == 1) handler.deliver(a);
            else if (action == 2) handler.compose(a, b, random >> 64);
            else if (action == 3) handler.close(a % 3 == 0, a % 5 == 0);
            else if (action == 4) handler.retry(a);
            else if (action == 5) handler.claim(a);
            else if (action == 6) handler.donate(a);
            else handler.intrude(a, b);
        }
        bytes32[8] memory ends =
            [bytes32("send"), "deliver", "credited", "parked", "queued", "retried", "claimed", "intruded"];
        for (uint256 i = 0; i < ends.length; ++i) {
            assertGe(handler.reached(ends[i]), 5, string(abi.encodePacked(ends[i])));
        }
        assertEq(handler.strangersLuck() + handler.healthyParked(), 0);
    }

    /// I24: from here every owner can end with all of it in position or wallet, alone and without anybody's consent.
    function afterInvariant() external {
        destination.setPaused(false);
        destination.setFrozen(false);
        for (uint256 i = 0; i < endpoint.guidCount(); ++i) {
            bytes32 guid = endpoint.guids(i);
            if (!handler.delivered(guid)) endpoint.deliver(guid);
            if (endpoint.isQueued(guid)) _composeAsBought(guid);
            Arrival memory arrival = router.arrival(guid);
            if (arrival.status != ArrivalStatus.Parked) continue;
            vm.prank(arrival.owner);
            router.retry(guid);
        }
        assertEq(router.totalParked(address(weth)), 0);
        assertEq(weth.balanceOf(address(router)), handler.donated());
    }
}
