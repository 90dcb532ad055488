// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Arrival, ArrivalStatus} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";
import {RouterHandler} from "./RouterHandler.sol";

/// @notice What holds after every sequence of calls by anyone. The numbers are those of contracts/README.md.
contract RouterInvariantTest is RouterTest {
    RouterHandler private handler;
    bytes4[] private selectors;

    function setUp() public override {
        super.setUp();
        (address carol, uint256 carolKey) = makeAddrAndKey("carol");
        (, uint256 bobKey) = makeAddrAndKey("bob");
        handler = new RouterHandler(
            RouterHandler.World({
                router: router,
                endpoint: endpoint,
                source: source,
                destination: destination,
                minter: address(this),
                coin: address(coin),
                hookToken: hookToken,
                feeToken: feeToken,
                assets: _assets(),
                owners: [alice, bob, carol],
                keys: [aliceKey, bobKey, carolKey]
            })
        );
        selectors = [
            RouterHandler.send.selector,
            RouterHandler.bridge.selector,
            RouterHandler.borrow.selector,
            RouterHandler.retry.selector,
            RouterHandler.claim.selector,
            RouterHandler.deliver.selector,
            RouterHandler.compose.selector,
            RouterHandler.close.selector,
            RouterHandler.donate.selector,
            RouterHandler.intrude.selector
        ];
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    /// I1, I2, I5, I14: the router holds what is parked, what is delivered but not composed, and gifts. To the unit, for
    /// every token, coins included.
    function invariant_I01_I02_I05_I14_TheBalanceIsWhatIsOwed() external view {
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < assets.length; ++i) {
            uint256 parked = router.totalParked(assets[i]);
            assertEq(handler.holding(assets[i]), parked + handler.unowned(assets[i]));
            assertGe(IERC20(assets[i]).balanceOf(address(router)), parked);
        }
    }

    /// I2, I3, I23: what is parked in sum is what is parked one by one; each guid settles once, and only after it was
    /// delivered; what it is stays as it was sent.
    function invariant_I02_I03_I23_EachGuidSettlesOnce() external view {
        address[6] memory assets = _assets();
        uint256[6] memory sums;
        for (uint256 i = 0; i < endpoint.guidCount(); ++i) {
            bytes32 guid = endpoint.guids(i);
            Arrival memory arrived = router.arrival(guid);
            bool settled = arrived.status == ArrivalStatus.Credited || arrived.status == ArrivalStatus.Claimed;
            assertEq(handler.settlements(guid), settled ? 1 : 0);
            if (arrived.status == ArrivalStatus.None) continue;
            assertTrue(handler.delivered(guid) && !endpoint.isQueued(guid));
            assertEq(arrived.owner, handler.senderOf(guid));
            assertEq(arrived.asset, handler.assetOf(guid));
            for (uint256 j = 0; j < 6; ++j) {
                if (arrived.asset == assets[j] && arrived.status == ArrivalStatus.Parked) sums[j] += arrived.amount;
            }
        }
        for (uint256 j = 0; j < 6; ++j) {
            assertEq(router.totalParked(assets[j]), sums[j]);
        }
    }

    /// I6: no receipt tokens and no allowances between transactions, of the router and of its desk.
    function invariant_I06_NothingIsLeftBehind() external view {
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < assets.length; ++i) {
            IERC20 asset = IERC20(assets[i]);
            assertEq(_supplied(source, address(router), assets[i]), 0);
            assertEq(_supplied(destination, address(router), assets[i]), 0);
            assertEq(asset.allowance(address(router), address(source)), 0);
            assertEq(asset.allowance(address(router), address(destination)), 0);
            assertEq(asset.allowance(address(router), router.oftOf(assets[i])), 0);
            assertEq(asset.balanceOf(address(router.desk())), 0);
        }
    }

    /// I4, I7, I8, I9, I10, I11, I12, I16: an id moves twice, a stranger has luck, an authorisation stays, a health is below
    /// what was signed, a market that would take it is bypassed, a settlement gives another sum, what was sent without a
    /// router is credited to somebody: never.
    function invariant_I04_I07_I08_I09_I10_I11_I12_I16_WhatMustNotHappenDoesNot() external view {
        assertEq(handler.idsReused(), 0, "I4");
        assertEq(handler.strangersLuck(), 0, "I7, I12");
        assertEq(handler.authorizationsLeft(), 0, "I8");
        assertEq(handler.healthsBroken(), 0, "I9");
        assertEq(handler.healthyParked(), 0, "I10");
        assertEq(handler.wrongSums(), 0, "I11");
        assertEq(handler.foreignCredited() + handler.recordsChanged(), 0, "I16");
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < assets.length; ++i) {
            assertEq(IERC20(assets[i]).balanceOf(handler.STRANGER()), 0);
        }
    }

    /// The invariants mean something only if the handler comes everywhere.
    function test_TheHandlerReachesEveryEnd() external {
        for (uint256 i = 0; i < 1200; ++i) {
            uint256 random = uint256(keccak256(abi.encode(i)));
            (uint256 action, uint256 a, uint256 b, uint256 c) =
                (random % 10, (random >> 8) % 1e9, random >> 128, uint256(keccak256(abi.encode(random))));
            if (action == 0) handler.send(a, a >> 8, b, c);
            else if (action == 1) handler.bridge(a, a >> 8, b);
            else if (action == 2) handler.borrow(a, a >> 8, b);
            else if (action == 3) handler.retry(a);
            else if (action == 4) handler.claim(a);
            else if (action == 5) handler.deliver(a);
            else if (action == 6) handler.compose(a, b, random >> 64);
            else if (action == 7) handler.close(a);
            else if (action == 8) handler.donate(a, b, a % 2 == 0);
            else handler.intrude(a, b);
        }
        bytes32[12] memory ends = [
            bytes32("sent"),
            "refused",
            "bridged",
            "borrowed",
            "delivered",
            "credited",
            "repaid",
            "parked",
            "parked for its sender",
            "retried",
            "claimed",
            "intruded"
        ];
        for (uint256 i = 0; i < ends.length; ++i) {
            assertGe(handler.reached(ends[i]), 2, string(abi.encodePacked(ends[i])));
        }
        for (uint256 i = 0; i < selectors.length; ++i) {
            assertGe(handler.successes(selectors[i]) * 100, handler.calls(selectors[i]), "one in a hundred");
        }
    }

    /// I24: from here every owner can end with all of it in position or wallet, alone and without anybody's consent.
    function afterInvariant() external {
        destination.setPaused(false);
        destination.setFrozen(false);
        feeToken.setTakesFee(false);
        hookToken.setHook(address(0), "");
        for (uint256 i = 0; i < endpoint.guidCount(); ++i) {
            bytes32 guid = endpoint.guids(i);
            if (!handler.delivered(guid)) endpoint.deliver(guid);
            // What a fee took on the way in is made up for: whoever lists such a token waits for that.
            if (endpoint.isQueued(guid) && handler.assetOf(guid) == address(feeToken)) {
                feeToken.mint(address(router), 10 ether);
            }
            if (endpoint.isQueued(guid)) _composeAsBought(guid);
            Arrival memory arrived = router.arrival(guid);
            if (arrived.status != ArrivalStatus.Parked) continue;
            vm.startPrank(arrived.owner);
            try router.retry(guid) {}
            catch {
                router.claim(guid, arrived.owner);
            }
            vm.stopPrank();
        }
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < assets.length; ++i) {
            assertEq(router.totalParked(assets[i]), 0, "I24");
        }
    }
}
