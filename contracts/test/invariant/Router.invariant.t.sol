// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Arrival, ArrivalStatus} from "../../src/interfaces/ICollateralRouter.sol";
import {EveryProtocolTest} from "../EveryProtocolTest.sol";
import {Books} from "./Books.sol";
import {RouterHandler} from "./RouterHandler.sol";

/// @notice What holds after every sequence of calls by anyone. The numbers are those of contracts/README.md.
contract RouterInvariantTest is EveryProtocolTest {
    RouterHandler private handler;
    bytes4[] private selectors;

    function setUp() public override {
        super.setUp();
        (address carol, uint256 carolKey) = makeAddrAndKey("carol");
        (, uint256 bobKey) = makeAddrAndKey("bob");
        morpho.setRate(1e9);
        comet.setRate(1e9);
        vUsdc.setRatePerSecond(1e9);
        handler = new RouterHandler(
            Books.World({
                router: router,
                endpoint: endpoint,
                source: source,
                destination: destination,
                morpho: morpho,
                oracle: oracle,
                params: params,
                marketId: id,
                comet: comet,
                comptroller: comptroller,
                vWeth: vWeth,
                vUsdc: vUsdc,
                minter: address(this),
                assets: _assets(),
                owners: [alice, bob, carol],
                keys: [aliceKey, bobKey, carolKey]
            })
        );
        // Twice what a life needs most.
        selectors = [
            RouterHandler.send.selector,
            RouterHandler.send.selector,
            RouterHandler.deliver.selector,
            RouterHandler.deliver.selector,
            RouterHandler.compose.selector,
            RouterHandler.compose.selector,
            RouterHandler.bridge.selector,
            RouterHandler.borrow.selector,
            RouterHandler.retry.selector,
            RouterHandler.claim.selector,
            RouterHandler.close.selector,
            RouterHandler.pass.selector,
            RouterHandler.donate.selector,
            RouterHandler.intrude.selector
        ];
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), selectors));
    }

    /// In one campaign, because forge plays the same sequences for each.
    function invariant_I01_I02_I03_I04_I05_I06_I07_I08_I09_I10_I11_I12_I14_I16_I23_Holds() external view {
        _assertTheBalanceIsWhatIsOwed();
        _assertEachGuidSettlesOnce();
        _assertNothingIsLeftBehind();
        _assertWhatMustNotHappenDoesNot();
    }

    /// I1, I2, I5, I14: the router holds what is parked, what is delivered but not composed, and gifts. To the unit, for
    /// every token, coins included.
    function _assertTheBalanceIsWhatIsOwed() private view {
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < assets.length; ++i) {
            uint256 parked = router.totalParked(assets[i]);
            assertEq(handler.holding(i), parked + handler.unowned(assets[i]));
            assertGe(IERC20(assets[i]).balanceOf(address(router)), parked);
        }
    }

    /// I2, I3, I23: what is parked in sum is what is parked one by one; each guid settles once, and only after it was
    /// delivered; what it is stays as it was sent.
    function _assertEachGuidSettlesOnce() private view {
        address[6] memory assets = _assets();
        uint256[6] memory sums;
        uint256 count = endpoint.guidCount();
        for (uint256 i = 0; i < count; ++i) {
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

    /// I6: no receipt tokens, no collateral and no allowances between transactions, of the router and of its desk.
    function _assertNothingIsLeftBehind() private view {
        address[6] memory assets = _assets();
        address[2] memory ours = [address(router), address(router.desk())];
        for (uint256 i = 0; i < assets.length; ++i) {
            assertEq(IERC20(assets[i]).balanceOf(ours[1]), 0);
            assertEq(IERC20(assets[i]).allowance(ours[0], router.oftOf(assets[i])), 0);
            for (uint256 j = 0; j < 2; ++j) {
                assertEq(_supplied(source, ours[j], assets[i]) + _supplied(destination, ours[j], assets[i]), 0);
                assertEq(IERC20(assets[i]).allowance(ours[j], address(source)), 0);
                assertEq(IERC20(assets[i]).allowance(ours[j], address(destination)), 0);
            }
        }
        for (uint256 j = 0; j < 2; ++j) {
            assertEq(vWeth.balanceOf(ours[j]) + vUsdc.balanceOf(ours[j]), 0);
            for (uint256 i = 0; i < 2; ++i) {
                assertEq(IERC20(assets[i]).allowance(ours[j], address(morpho)), 0);
                assertEq(IERC20(assets[i]).allowance(ours[j], address(comet)), 0);
                assertEq(IERC20(assets[i]).allowance(ours[j], i == 0 ? address(vWeth) : address(vUsdc)), 0);
            }
            (,, uint256 inMorpho) = morpho.position(id, ours[j]);
            (uint256 inComet,) = comet.userCollateral(ours[j], assets[0]);
            assertEq(inMorpho + inComet, 0);
        }
    }

    /// I4, I7, I8, I9, I10, I11, I12, I16: an id moves twice, a stranger has luck, an authorisation stays, a health is below
    /// what was signed, a market that would take it is bypassed, a settlement gives another sum or is not backed, what was sent
    /// without a router is credited to somebody: never.
    function _assertWhatMustNotHappenDoesNot() private view {
        assertEq(handler.idsReused(), 0, "I4");
        assertEq(handler.strangersLuck(), 0, "I7, I12");
        assertEq(handler.authoritiesLeft(), 0, "I8");
        assertEq(handler.healthsBroken(), 0, "I9");
        assertEq(handler.healthyParked(), 0, "I10");
        assertEq(handler.healthyRefused(), 0, "I10: refused");
        assertEq(handler.wrongSums(), 0, "I11");
        assertEq(handler.phantoms(), 0, "I11: not backed");
        assertEq(handler.foreignCredited() + handler.recordsChanged(), 0, "I16");
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < assets.length; ++i) {
            assertEq(IERC20(assets[i]).balanceOf(handler.STRANGER()), 0);
        }
    }

    /// The invariants mean something only if the handler comes everywhere, in sequences as long as those above, with numbers of
    /// any size.
    function test_TheHandlerReachesEveryEnd() external {
        bytes32[26] memory ends = _ends();
        uint256[26] memory reached;
        uint256[] memory calls = new uint256[](selectors.length);
        uint256[] memory successes = new uint256[](selectors.length);
        uint256 snapshot = vm.snapshotState();
        for (uint256 run = 0; run < 40; ++run) {
            vm.revertToState(snapshot);
            for (uint256 i = 0; i < 64; ++i) {
                _act(uint256(keccak256(abi.encode(run, i))));
            }
            for (uint256 i = 0; i < ends.length; ++i) {
                reached[i] += handler.reached(ends[i]);
            }
            for (uint256 i = 0; i < selectors.length; ++i) {
                calls[i] += handler.calls(selectors[i]);
                successes[i] += handler.successes(selectors[i]);
            }
        }
        for (uint256 i = 0; i < ends.length; ++i) {
            assertGt(reached[i], 0, string(abi.encodePacked(ends[i])));
        }
        for (uint256 i = 0; i < selectors.length; ++i) {
            assertGt(successes[i], 0, "none");
            assertGe(successes[i] * 100, calls[i], "one in a hundred");
        }
    }

    function _ends() private pure returns (bytes32[26] memory) {
        return [
            bytes32("sent from Aave"),
            "sent from Morpho",
            "sent from a Comet",
            "sent from Compound",
            "sent by signature",
            "refused",
            "bridged",
            "coins bridged",
            "borrowed of Aave",
            "borrowed of Morpho",
            "borrowed of a Comet",
            "borrowed of Compound",
            "delivered",
            "delivered by a token",
            "undelivered",
            "queued",
            "settled at Aave",
            "settled at Morpho",
            "settled at a Comet",
            "settled at Compound",
            "credited",
            "repaid",
            "parked",
            "parked for its sender",
            "retried",
            "claimed"
        ];
    }

    function _act(uint256 seed) private {
        bytes4 selector = selectors[seed % selectors.length];
        uint256[4] memory words;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            // A few of the numbers that fuzzers like.
            words[i] = word % 32 == 0 ? type(uint256).max : word % 32 == 1 ? 0 : word;
        }
        if (selector == RouterHandler.donate.selector) words[2] %= 2;
        (bool ok, bytes memory reason) = address(handler).call(abi.encodePacked(selector, abi.encode(words)));
        assertTrue(ok, string(reason));
    }

    /// I24: from here every owner can end with all of it in position or wallet, alone and without anybody's consent.
    function afterInvariant() external {
        handler.close(0);
        uint256 count = endpoint.guidCount();
        for (uint256 i = 0; i < count; ++i) {
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
