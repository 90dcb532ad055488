// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {
    Action,
    Arrival,
    ArrivalStatus,
    ICollateralRouter,
    Move,
    RouterConfig
} from "../../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {OddOFT} from "../mocks/OddOFT.sol";
import {RouterTest} from "../RouterTest.sol";

contract LzComposeTest is RouterTest {
    bytes32 private constant GUID = "guid";

    function _compose(address caller, address from, bytes memory message) private {
        vm.prank(caller);
        router.lzCompose(from, GUID, message, mallory, "");
    }

    function _goodMessage() private view returns (bytes memory) {
        return _composeMessage(REMOTE_EID, 1 ether, _self(), _body(alice));
    }

    function _expectFromEndpoint(bytes memory message, bytes memory error) private {
        weth.mint(address(router), 10 ether);
        vm.expectRevert(error);
        _compose(address(endpoint), address(weth), message);
        assertEq(router.totalParked(address(weth)), 0);
    }

    function test_RevertWhen_TheCallerIsNotTheEndpoint() external {
        weth.mint(address(router), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.OnlyEndpoint.selector, mallory));
        _compose(mallory, address(weth), _goodMessage());
    }

    function test_RevertWhen_TheMessageIsNotFromATrustedOFT() external {
        weth.mint(address(router), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UntrustedToken.selector, mallory));
        _compose(address(endpoint), mallory, _goodMessage());
    }

    function test_RevertWhen_TheMessageIsTooShortForItsHeader() external {
        bytes memory error = abi.encodeWithSelector(ICollateralRouter.MalformedMessage.selector, GUID);
        _expectFromEndpoint("", error);
        _expectFromEndpoint(new bytes(75), error);
    }

    function test_RevertWhen_TheSourceIsUnknown() external {
        _expectFromEndpoint(
            _composeMessage(UNKNOWN_EID, 1 ether, _self(), _body(alice)),
            abi.encodeWithSelector(ICollateralRouter.UnknownSource.selector, UNKNOWN_EID)
        );
    }

    function test_RevertWhen_TheSourceIsThisChain() external {
        _expectFromEndpoint(
            _composeMessage(OWN_EID, 1 ether, _self(), _body(alice)),
            abi.encodeWithSelector(ICollateralRouter.UnknownSource.selector, OWN_EID)
        );
    }

    function test_RevertWhen_TheMessageWasComposedByWhatIsNoAddress() external {
        // The same address with something in the upper bytes is another sender, and nobody here.
        bytes32[3] memory nobody = [_self() | bytes32(uint256(1) << 255), _self() | bytes32(uint256(1) << 160), 0];
        for (uint256 i = 0; i < nobody.length; ++i) {
            _expectFromEndpoint(
                _composeMessage(REMOTE_EID, 1 ether, nobody[i], _body(alice)),
                abi.encodeWithSelector(ICollateralRouter.UntrustedComposer.selector, nobody[i])
            );
        }
    }

    function test_WhenTheMessageWasComposedBySomebodyElse() external {
        weth.mint(address(router), 1 ether);
        bytes32 composer = bytes32(uint256(uint160(mallory)));
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveParked(
            GUID,
            mallory,
            Action.Supply,
            address(0),
            0,
            address(weth),
            1 ether,
            abi.encodeWithSelector(ICollateralRouter.UntrustedComposer.selector, composer)
        );
        _compose(address(endpoint), address(weth), _composeMessage(REMOTE_EID, 1 ether, composer, _body(alice)));
        Arrival memory arrived = router.arrival(GUID);
        assertEq(arrived.owner, mallory);
        assertEq(arrived.recovery, address(0));
        assertEq(arrived.market, address(0));
        assertEq(arrived.amount, 1 ether);
        assertEq(uint256(arrived.status), uint256(ArrivalStatus.Parked));
        vm.startPrank(mallory);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, address(0)));
        router.retry(GUID);
        router.claim(GUID, mallory);
        vm.stopPrank();
        assertEq(weth.balanceOf(mallory), 1 ether);
    }

    function test_WhenTheMessageWasComposedBySomebodyElse_ItShouldNotMatterThatItSaysNothing() external {
        weth.mint(address(router), 1 ether);
        _compose(
            address(endpoint),
            address(weth),
            _composeMessage(REMOTE_EID, 1 ether, bytes32(uint256(uint160(mallory))), "")
        );
        assertEq(router.arrival(GUID).owner, mallory);
        assertEq(router.arrival(GUID).amount, 1 ether);
    }

    function test_RevertWhen_ValueIsSentAlong() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        vm.prank(mallory);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnexpectedValue.selector, 1));
        endpoint.compose{value: 1}(guid);
        assertTrue(endpoint.isQueued(guid));
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    function test_RevertGiven_TheGuidArrivedBefore() external {
        weth.mint(address(router), 2 ether);
        _compose(address(endpoint), address(weth), _goodMessage());
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AlreadyArrived.selector, GUID));
        _compose(address(endpoint), address(weth), _goodMessage());
    }

    function test_RevertWhen_TheBodyIsNotAMoveOfThisVersion() external {
        bytes memory error = abi.encodeWithSelector(ICollateralRouter.MalformedMessage.selector, GUID);
        bytes memory good = _body(alice);
        // The version, then the top byte of each of the shorter fields, then the first bit too many of each.
        uint8[12] memory at = [31, 32, 64, 96, 128, 192, 224, 43, 107, 139, 223, 251];
        uint8[12] memory flip = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 1, 1, 2, 1];
        for (uint256 i = 0; i < at.length; ++i) {
            bytes memory body = _body(alice);
            body[at[i]] ^= bytes1(flip[i]);
            _expectFromEndpoint(_composeMessage(REMOTE_EID, 1 ether, _self(), body), error);
        }
        bytes memory notBool = _body(alice);
        notBool[95] = 0x02;
        _expectFromEndpoint(_composeMessage(REMOTE_EID, 1 ether, _self(), notBool), error);
        _expectFromEndpoint(_composeMessage(REMOTE_EID, 1 ether, _self(), ""), error);
        _expectFromEndpoint(_composeMessage(REMOTE_EID, 1 ether, _self(), bytes.concat(good, hex"00")), error);
    }

    function test_RevertGiven_TheRouterHoldsTooLittle() external {
        weth.mint(address(router), 1 ether - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.UnbackedCredit.selector, address(weth), 1 ether - 1, 1 ether)
        );
        _compose(address(endpoint), address(weth), _goodMessage());
    }

    function test_GivenTheOwnerWasAContractAndHasNoCodeHere() external {
        vm.etch(bob, hex"00");
        Move memory move = _move(1 ether);
        move.recovery = safe;
        bytes32 guid = _deliverFrom(bob, move);
        vm.etch(bob, "");
        _expectParked(guid, bob, abi.encodeWithSelector(ICollateralRouter.OwnerHasNoCode.selector, bob));
        vm.prank(safe);
        router.claim(guid, safe);
        assertEq(weth.balanceOf(safe), 1 ether);
    }

    function test_GivenTheOwnerWasAContractAndHasCodeHere() external {
        vm.etch(bob, hex"00");
        Move memory move = _move(1 ether);
        move.recovery = safe;
        bytes32 guid = _deliverFrom(bob, move);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    function test_RevertWhen_ThereIsTooLittleGas() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        vm.expectPartialRevert(ICollateralRouter.NotEnoughGas.selector);
        endpoint.compose{gas: SETTLE_GAS}(guid);
        assertTrue(endpoint.isQueued(guid));
        _assertStatus(guid, ArrivalStatus.None);
        _composeAsBought(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    /// Whoever composes again knows by the error how much to bring: the settlement, a 64th on top, and what parks it.
    function test_RevertWhen_ThereIsTooLittleGas_ItShouldSayWhatIsNeeded() external {
        (uint256 min, uint256 max) = router.settleGasBounds();
        uint256[3] memory settleGas = [min, SETTLE_GAS, max];
        for (uint256 i = 0; i < 3; ++i) {
            Move memory move = _move(1 ether);
            (move.id, move.settleGas) = (bytes32(i), uint128(settleGas[i]));
            bytes32 guid = _deliverFrom(alice, move);
            (bool ok, bytes memory reason) =
                address(endpoint).call{gas: min + 100_000}(abi.encodeCall(endpoint.compose, (guid)));
            assertFalse(ok);
            assertEq(bytes4(reason), ICollateralRouter.NotEnoughGas.selector);
            assertEq(uint256(_wordAt(reason, 36)), (settleGas[i] * 64 + 62) / 63 + 50_000);
        }
    }

    function _wordAt(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), at))
        }
    }

    function test_WhenThereIsAsMuchGasAsWasBought_ItShouldCredit() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        _composeAsBought(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    function test_WhenThereIsAsMuchGasAsWasBought_ItShouldPark() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setGasToBurn(SETTLE_GAS);
        _composeAsBought(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
    }

    /// What the market's rounding may take: ten units, and no more.
    function test_GivenTheMarketCreditsALittleLess() external {
        destination.setIndex(1e27);
        destination.setWithholds(10);
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        Move memory move = _move(1 ether);
        move.id = "2";
        guid = _deliverFrom(alice, move);
        destination.setWithholds(11);
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveParked(
            guid,
            alice,
            Action.Supply,
            address(destination),
            0,
            address(weth),
            1 ether,
            abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, 1 ether - 11, 1 ether)
        );
        endpoint.compose(guid);
    }

    function test_GivenTheMarketIsNotTrusted() external {
        Move memory move = _move(1 ether);
        move.dstMarket = mallory;
        _expectParkedIn(
            _deliverFrom(alice, move),
            alice,
            mallory,
            abi.encodeWithSelector(ICollateralRouter.UnknownMarket.selector, mallory)
        );
    }

    function test_GivenTheMarketDoesNotListTheAsset() external {
        MockAavePool empty = new MockAavePool();
        RouterConfig memory config = _config();
        config.markets[1].market = address(empty);
        router = new CollateralRouter(config);
        Move memory move = _move(1 ether);
        move.dstMarket = address(empty);
        _expectParkedIn(
            _deliverFrom(alice, move),
            alice,
            address(empty),
            abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(weth))
        );
    }

    function test_GivenTheMarketRefuses() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setFrozen(true);
        _expectParked(guid, alice, abi.encodeWithSelector(MockAavePool.ReserveFrozen.selector));
        assertEq(router.totalParked(address(weth)), 1 ether);
        assertEq(weth.balanceOf(address(router)), 1 ether);
        assertEq(_supplied(destination, alice, address(weth)), 0);
    }

    function test_GivenTheMarketRunsOutOfTheBoughtGas() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setGasToBurn(SETTLE_GAS);
        _expectParked(guid, alice, "");
    }

    function test_GivenTheMarketCreditsTooLittle() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setCreditsNothing(true);
        _expectParked(
            guid, alice, abi.encodeWithSelector(ICollateralRouter.SupplyNotCredited.selector, uint256(0), 1 ether)
        );
        assertEq(weth.balanceOf(address(router)), 1 ether);
    }

    function test_GivenTheMarketDoesNotCountItAsCollateral() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setNeverCollateral(true);
        _expectParked(
            guid,
            alice,
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotEnabled.selector, address(destination), address(weth), alice
            )
        );
    }

    function test_GivenTheMarketLeavesSomeOfItsAllowance() external {
        // A market that credits without taking leaves the whole allowance. The credit stands, the allowance must not.
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        destination.setKeepsAllowance(true);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        assertEq(weth.allowance(address(router), address(destination)), 0);
    }

    function test_GivenAllIsRight_ItShouldEmitMoveCredited() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveCredited(
            guid, alice, Action.Supply, address(destination), 0, address(weth), 1 ether, 0
        );
        endpoint.compose(guid);
    }

    function test_GivenAllIsRight_ItShouldRecordTheArrival() external {
        Move memory move = _move(1 ether);
        move.recovery = safe;
        bytes32 guid = _deliverFrom(alice, move);
        endpoint.compose(guid);
        Arrival memory wanted = Arrival({
            guid: guid,
            owner: alice,
            status: ArrivalStatus.Credited,
            action: Action.Supply,
            srcEid: REMOTE_EID,
            arrivedAt: uint64(block.timestamp),
            recovery: safe,
            asset: address(weth),
            market: address(destination),
            marketId: 0,
            amount: 1 ether,
            settleGas: SETTLE_GAS
        });
        assertEq(abi.encode(router.arrival(guid)), abi.encode(wanted));
    }

    function test_GivenAllIsRight_ItShouldCreditTheOwnerWithTheAmountOfTheMessage() external {
        weth.mint(address(router), 5 ether);
        bytes32 guid = _deliverFrom(alice, _move(1.5 ether));
        vm.expectCall(address(weth), abi.encodeCall(IERC20.approve, (address(destination), 1.5 ether)), 1);
        endpoint.compose(guid);
        assertApproxEqAbs(_supplied(destination, alice, address(weth)), 1.5 ether, 1);
        assertEq(weth.balanceOf(address(router)), 5 ether);
        assertEq(router.totalParked(address(weth)), 0);
    }

    function test_GivenAllIsRight_ItShouldRunTheSupplyWithExactlyTheBoughtGas() external {
        bytes32 guid = _deliverFrom(alice, _move(1 ether));
        uint256 snapshot = vm.snapshotState();
        endpoint.compose{gas: 1_200_000}(guid);
        uint256 gasOfOne = destination.gasAtSupply();
        vm.revertToState(snapshot);
        endpoint.compose{gas: 20_000_000}(guid);
        assertEq(destination.gasAtSupply(), gasOfOne);
        assertLt(gasOfOne, SETTLE_GAS);
    }

    function _expectParked(bytes32 guid, address owner, bytes memory reason) private {
        _expectParkedIn(guid, owner, address(destination), reason);
    }

    function _expectParkedIn(bytes32 guid, address owner, address market, bytes memory reason) private {
        vm.expectEmit(address(router));
        emit ICollateralRouter.MoveParked(guid, owner, Action.Supply, market, 0, address(weth), 1 ether, reason);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(weth.allowance(address(router), market), 0);
    }
}
