// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {MessagingFee} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {Action, ArrivalStatus, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {EveryProtocolTest} from "../EveryProtocolTest.sol";
import {LeanEndpoint} from "../mocks/LeanEndpoint.sol";
import {LoopbackEndpoint} from "../mocks/LoopbackEndpoint.sol";

/// @notice What a move costs on either side beyond what nobody can avoid, with mocks of market and endpoint.
/// @dev Each figure is the gas of a whole transaction of its own, cold, with its 21,000, its calldata and its refunds. Where two
/// transactions are the measure, 21,000 are taken off, because a batch pays them once. Every owner moved before and has a
/// debt and a position on either side. At the source: the owner's own withdrawal and the owner's own call of the OFT with what the
/// router tells it, against {ICollateralRouter.send}. At the destination: the owner's own approval and supply, against the
/// endpoint's `lzCompose`. The endpoint here keeps nothing of what is sent, and no verifier is paid.
/// forge-config: default.isolate = true
/// forge-config: ci.isolate = true
/// forge-config: deep.isolate = true
contract MoveGasTest is EveryProtocolTest {
    uint256 private constant TRANSACTION = 21_000;
    uint256 private constant AMOUNT = 1 ether;

    function setUp() public override {
        super.setUp();
        weth.mint(alice, 41 ether);
        usdc.mint(alice, 1);
        vm.startPrank(alice);
        weth.approve(address(morpho), 10 ether);
        morpho.supplyCollateral(params, 10 ether, alice, "");
        morpho.borrow(params, 5000e6, alice, alice);
        morpho.setAuthorization(address(router), true);
        weth.approve(address(comet), 10 ether);
        comet.supplyTo(alice, address(weth), 10 ether);
        comet.withdrawFrom(alice, alice, address(usdc), 5000e6);
        comet.allow(address(router), true);
        weth.approve(address(vWeth), 10 ether);
        vWeth.mint(10 ether);
        comptroller.enter(alice, address(vWeth));
        vUsdc.borrow(5000e6);
        vWeth.approve(address(router), type(uint256).max);
        weth.approve(address(source), 10 ether);
        source.supply(address(weth), 10 ether, alice, 0);
        source.setDebt(alice, 1 ether);
        source.aTokenOf(address(weth)).approve(address(router), type(uint256).max);
        vm.stopPrank();
    }

    function test_AaveV3() external {
        _measure("Aave V3", address(source), 0, 166_000, 115_000);
    }

    function test_MorphoBlue() external {
        _measure("Morpho Blue", address(morpho), id, 131_500, 147_000);
    }

    function test_CompoundV3() external {
        _measure("Compound V3", address(comet), 0, 127_500, 113_500);
    }

    function test_CompoundV2() external {
        _measure("Compound V2", address(comptroller), 0, 166_000, 141_500);
    }

    /// However many others there are: nothing runs over owners.
    function test_OthersCostNothing() external {
        uint256 alone = _costOfAMove();
        for (uint160 i = 1; i <= 20; ++i) {
            address other = address(0xabc000 + i);
            vm.deal(other, 1 ether);
            Move memory move = _moveOf(address(source), 0, "1");
            bytes32 guid = _sendFrom(other, move);
            endpoint.deliver(guid);
            if (i % 2 == 0) source.setPaused(true);
            endpoint.compose(guid);
            source.setPaused(false);
        }
        assertGt(router.totalParked(address(weth)), 0);
        // A sum that is above zero already costs less than one that becomes it.
        assertLe(_costOfAMove(), alone);
    }

    function _costOfAMove() private returns (uint256 cost) {
        uint256 state = vm.snapshotState();
        bytes32 guid = _send(alice, _moveOf(address(source), 0, "1"));
        cost = _gas();
        endpoint.deliver(guid);
        LoopbackEndpoint.Composed memory queued = endpoint.composed(guid);
        endpoint.lzCompose(queued.from, queued.to, guid, 0, queued.message, "");
        cost += _gas();
        _assertStatus(guid, ArrivalStatus.Credited);
        vm.revertToState(state);
    }

    function _measure(string memory name, address market, bytes32 marketId, uint256 moreAtSource, uint256 moreThere)
        private
    {
        bytes32 first = _send(alice, _moveOf(market, marketId, "1"));
        endpoint.deliver(first);
        endpoint.compose(first);
        uint256 state = vm.snapshotState();

        bytes32 guid = _send(alice, _moveOf(market, marketId, "2"));
        endpoint.deliver(guid);
        LoopbackEndpoint.Composed memory queued = endpoint.composed(guid);
        vm.prank(alice);
        endpoint.lzCompose(queued.from, queued.to, guid, 0, queued.message, "");
        uint256 composed = _gas();
        _assertStatus(guid, ArrivalStatus.Credited);
        bytes memory options = endpoint.packetOf(guid).options;
        vm.revertToState(state);
        uint256 supplied = _supplyAlone(market);
        vm.revertToState(state);

        vm.etch(address(endpoint), address(new LeanEndpoint(OWN_EID)).code);
        state = vm.snapshotState();
        _send(alice, _moveOf(market, marketId, "2"));
        uint256 sent = _gas();
        vm.revertToState(state);
        uint256 withdrawn = _withdrawAlone(market) + _oftAlone(market, marketId, options) - TRANSACTION;

        vm.snapshotValue("Move", string.concat(name, ": source, alone"), withdrawn);
        vm.snapshotValue("Move", string.concat(name, ": source, move"), sent);
        vm.snapshotValue("Move", string.concat(name, ": destination, alone"), supplied);
        vm.snapshotValue("Move", string.concat(name, ": destination, move"), composed);
        emit log_named_uint(string.concat(name, ": source, alone"), withdrawn);
        emit log_named_uint(string.concat(name, ": source, move"), sent);
        emit log_named_uint(string.concat(name, ": destination, alone"), supplied);
        emit log_named_uint(string.concat(name, ": destination, move"), composed);
        assertLe(sent, withdrawn + moreAtSource, "source");
        assertLe(composed, supplied + moreThere, "destination");
        // A measure that counts nothing would pass.
        assertGt(withdrawn, 2 * TRANSACTION);
        assertGt(supplied, 2 * TRANSACTION);
    }

    function _withdrawAlone(address market) private returns (uint256) {
        vm.prank(alice);
        if (market == address(source)) source.withdraw(address(weth), AMOUNT, alice);
        else if (market == address(morpho)) morpho.withdrawCollateral(params, AMOUNT, alice, alice);
        else if (market == address(comet)) comet.withdrawFrom(alice, alice, address(weth), AMOUNT);
        else vWeth.redeem(AMOUNT * 1e18 / VWETH_RATE);
        return _gas();
    }

    /// With the very message and gas of the move.
    function _oftAlone(address market, bytes32 marketId, bytes memory options) private returns (uint256) {
        SendParam memory param = SendParam({
            dstEid: REMOTE_EID,
            to: _self(),
            amountLD: AMOUNT,
            minAmountLD: 0,
            extraOptions: options,
            composeMsg: MoveMessage(alice, false, address(0), market, marketId, Action.Supply, 1_000_000).encode(),
            oftCmd: ""
        });
        vm.prank(alice);
        weth.send{value: FEE}(param, MessagingFee(FEE, 0), alice);
        return _gas();
    }

    function _supplyAlone(address market) private returns (uint256 gas) {
        vm.prank(alice);
        IERC20(weth).approve(market == address(comptroller) ? address(vWeth) : market, AMOUNT);
        gas = _gas();
        vm.prank(alice);
        if (market == address(source)) source.supply(address(weth), AMOUNT, alice, 0);
        else if (market == address(morpho)) morpho.supplyCollateral(params, AMOUNT, alice, "");
        else if (market == address(comet)) comet.supplyTo(alice, address(weth), AMOUNT);
        else vWeth.mint(AMOUNT);
        gas += _gas() - TRANSACTION;
    }

    function _gas() private view returns (uint256) {
        return vm.lastCallGas().gasTotalUsed;
    }

    function _moveOf(address market, bytes32 marketId, bytes32 moveId) private view returns (Move memory move) {
        move = _move(AMOUNT);
        move.id = moveId;
        (move.market, move.marketId, move.dstMarket, move.dstMarketId) = (market, marketId, market, marketId);
        move.settleGas = 1_000_000;
    }
}
