// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {
    Action,
    ArrivalStatus,
    Grant,
    ICollateralRouter,
    Move,
    Protocol,
    RouterConfig,
    Signature
} from "../../src/interfaces/ICollateralRouter.sol";
import {MorphoAuthorization} from "../../src/interfaces/IMorphoBlue.sol";
import {MockVToken} from "../mocks/MockVToken.sol";
import {EveryProtocolTest} from "../EveryProtocolTest.sol";

/// @notice Moves out of and into markets of every protocol, through the router. What each connector does is tested by itself.
contract ProtocolsTest is EveryProtocolTest {
    function setUp() public override {
        super.setUp();
        _openPositions();
    }

    // ------------------------------------------------------------------ Morpho Blue

    function test_MorphoBlue_OutAndIn() external {
        vm.prank(alice);
        morpho.setAuthorization(address(router), true);
        bytes32 guid = _send(alice, _morphoMove(2 ether));
        assertEq(_morphoCollateral(), 8 ether);
        assertTrue(morpho.isAuthorized(alice, address(router)), "as it was before");
        _arrive(guid);
        assertEq(_morphoCollateral(), 10 ether);
        _assertEmpty(address(morpho));
    }

    function test_MorphoBlue_Repay() external {
        bytes32 guid = _sendRepayment(address(morpho), id);
        _arrive(guid);
        (, uint128 shares,) = morpho.position(id, alice);
        assertEq(shares, 0);
        assertEq(usdc.balanceOf(alice), 1000e6);
        _assertEmpty(address(morpho));
    }

    function test_MorphoBlue_WhenTheAuthorisationIsSigned() external {
        Grant memory grant = _morphoGrant();
        vm.prank(alice);
        bytes32 guid = router.sendWithGrant{value: FEE}(_morphoMove(2 ether), grant);
        assertFalse(morpho.isAuthorized(alice, address(router)));
        _arrive(guid);
        assertEq(_morphoCollateral(), 10 ether);
    }

    function test_RevertWhen_MorphoBlue_NothingTakesTheAuthorisationBack() external {
        Grant memory grant = _morphoGrant();
        delete grant.takeBack;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AuthorizationLeft.selector, address(morpho), alice));
        vm.prank(alice);
        router.sendWithGrant{value: FEE}(_morphoMove(2 ether), grant);
    }

    function test_RevertWhen_MorphoBlue_TheHealthIsBelowTheMinimum() external {
        vm.prank(alice);
        morpho.setAuthorization(address(router), true);
        Move memory move = _morphoMove(2 ether);
        // 8 · 2,000 · 0.86 / 5,000
        _assertBoundary(move, 2.752e18);
    }

    // ------------------------------------------------------------------ Compound V3

    function test_CompoundV3_OutAndIn() external {
        vm.prank(alice);
        comet.allow(address(router), true);
        bytes32 guid = _send(alice, _cometMove(2 ether));
        assertEq(_cometCollateral(), 8 ether);
        assertTrue(comet.hasPermission(alice, address(router)), "as it was before");
        _arrive(guid);
        assertEq(_cometCollateral(), 10 ether);
        _assertEmpty(address(comet));
    }

    function test_CompoundV3_Repay() external {
        uint256 owed = comet.borrowBalanceOf(alice);
        _arrive(_sendRepayment(address(comet), 0));
        assertEq(comet.borrowBalanceOf(alice), 0);
        assertEq(usdc.balanceOf(alice), 6000e6 - owed);
        _assertEmpty(address(comet));
    }

    function test_CompoundV3_WhenTheAuthorisationIsSigned() external {
        Grant memory grant = _cometGrant();
        vm.prank(alice);
        bytes32 guid = router.sendWithGrant{value: FEE}(_cometMove(2 ether), grant);
        assertFalse(comet.hasPermission(alice, address(router)));
        _arrive(guid);
        assertEq(_cometCollateral(), 10 ether);
    }

    function test_RevertWhen_CompoundV3_NothingTakesTheAuthorisationBack() external {
        Grant memory grant = _cometGrant();
        delete grant.takeBack;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.AuthorizationLeft.selector, address(comet), alice));
        vm.prank(alice);
        router.sendWithGrant{value: FEE}(_cometMove(2 ether), grant);
    }

    function test_RevertWhen_CompoundV3_TheHealthIsBelowTheMinimum() external {
        vm.prank(alice);
        comet.allow(address(router), true);
        // 8 · 2,000 · 0.85 of what is owed
        _assertBoundary(_cometMove(2 ether), uint256(13_600e18) * 1e18 / (comet.borrowBalanceOf(alice) * 1e12));
    }

    function test_RevertWhen_CompoundV3_TheMoveNamesAMarketId() external {
        vm.prank(alice);
        comet.allow(address(router), true);
        Move memory move = _cometMove(2 ether);
        move.marketId = id;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownMarketId.selector, id));
        _send(alice, move);
        move.marketId = 0;
        move.dstMarketId = id;
        _arriveParked(_send(alice, move));
        assertEq(_cometCollateral(), 8 ether);
    }

    // ------------------------------------------------------------------ Compound V2

    function test_CompoundV2_OutAndIn() external {
        _approveShares();
        uint256 before = vWeth.balanceOf(alice);
        bytes32 guid = _send(alice, _vMove(2 ether));
        assertEq(vWeth.balanceOf(alice), before - 2 ether * 1e18 / VWETH_RATE);
        _arrive(guid);
        assertEq(vWeth.balanceOf(alice), before);
        assertEq(vWeth.balanceOf(address(router)) + vWeth.balanceOf(address(router.desk())), 0);
        _assertEmpty(address(vWeth));
    }

    function test_CompoundV2_Repay() external {
        _arrive(_sendRepayment(address(comptroller), 0));
        assertEq(vUsdc.borrowBalanceStored(alice), 0);
        assertEq(usdc.balanceOf(alice), 1000e6);
        _assertEmpty(address(vUsdc));
    }

    function test_RevertWhen_CompoundV2_TheMoveComesWithAGrant() external {
        _approveShares();
        Grant memory grant;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.GrantNotSupported.selector, address(comptroller)));
        vm.prank(alice);
        router.sendWithGrant{value: FEE}(_vMove(2 ether), grant);
    }

    function test_RevertWhen_CompoundV2_TheHealthIsBelowTheMinimum() external {
        _approveShares();
        // 8 · 2,000 · 0.8 / 5,000
        _assertBoundary(_vMove(2 ether), 2.56e18);
    }

    function test_RevertWhen_CompoundV2_TheRouterTrustsNoTokenOfTheAsset() external {
        Move memory move = _vMove(1 ether);
        move.asset = address(hookToken);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnknownAsset.selector, address(hookToken)));
        _send(alice, move);
        // And at the other end.
        move.market = address(source);
        move.settleGas = 1_000_000;
        bytes32 guid = _sendFrom(bob, move);
        _arriveParked(guid);
        assertEq(router.totalParked(address(hookToken)), 1 ether);
    }

    // ------------------------------------------------------------------ Aave V3

    function test_AaveV3_GivenNothingIsLeftOfTheAllowance() external {
        _supply(alice, address(weth), 2 ether);
        Move memory move = _move(1 ether);
        Grant memory grant = _signPermit(move, 1 ether + 2, aliceKey);
        // Good for nothing, and not needed.
        grant.takeBack = Signature(27, bytes32(uint256(1)), bytes32(uint256(1)));
        vm.prank(alice);
        assertNotEq(router.sendWithGrant{value: FEE}(move, grant), bytes32(0));
        assertEq(source.aTokenOf(address(weth)).allowance(alice, address(router)), 0);
    }

    // ------------------------------------------------------------------ constructor

    function test_Constructor_KnowsTheAssetOfEachToken() external view {
        assertEq(router.tokenOf(address(comptroller), address(weth)), address(vWeth));
        assertEq(router.tokenOf(address(comptroller), address(usdc)), address(vUsdc));
        assertEq(router.tokenOf(address(comptroller), address(hookToken)), address(0));
        assertEq(uint256(router.protocolOf(address(morpho))), uint256(Protocol.MorphoBlue));
        assertEq(uint256(router.protocolOf(address(comet))), uint256(Protocol.CompoundV3));
        assertEq(uint256(router.protocolOf(address(comptroller))), uint256(Protocol.CompoundV2));
    }

    function test_RevertWhen_Constructor_AComptrollerComesWithoutTokens() external {
        RouterConfig memory config = _everyProtocol();
        delete config.markets[3].tokens;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnexpectedTokens.selector, address(comptroller)));
        new CollateralRouter(config);
    }

    function test_RevertWhen_Constructor_TheComptrollerDoesNotListAToken() external {
        RouterConfig memory config = _everyProtocol();
        comptroller.unlist(address(vUsdc));
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.TokenNotListed.selector, address(comptroller), address(vUsdc))
        );
        new CollateralRouter(config);
    }

    function test_RevertWhen_Constructor_TwoTokensHaveOneAsset() external {
        RouterConfig memory config = _everyProtocol();
        MockVToken second = new MockVToken(address(comptroller), address(weth), VWETH_RATE);
        comptroller.list(second, 2000e18, 0.8e18, 0.8e18);
        config.markets[3].tokens[1] = address(second);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.AssetHasTwoTokens.selector, address(comptroller), address(weth))
        );
        new CollateralRouter(config);
    }

    /// Of the chain's own coin.
    function test_RevertWhen_Constructor_ATokenHasNoAsset() external {
        RouterConfig memory config = _everyProtocol();
        MockVToken odd = new MockVToken(address(comptroller), address(0), VWETH_RATE);
        comptroller.list(odd, 2000e18, 0.8e18, 0.8e18);
        config.markets[3].tokens[1] = address(odd);
        vm.mockCallRevert(address(odd), abi.encodeWithSignature("underlying()"), "no such function");
        vm.expectRevert("no such function");
        new CollateralRouter(config);
    }

    // ------------------------------------------------------------------

    /// From a market into the same one, as over a chain where it has the same address.
    function _within(address market, bytes32 marketId, uint256 amount) private view returns (Move memory move) {
        move = _move(amount);
        (move.market, move.marketId, move.dstMarket, move.dstMarketId) = (market, marketId, market, marketId);
        move.settleGas = 1_000_000;
    }

    function _morphoMove(uint256 amount) private view returns (Move memory) {
        return _within(address(morpho), id, amount);
    }

    function _cometMove(uint256 amount) private view returns (Move memory) {
        return _within(address(comet), 0, amount);
    }

    function _vMove(uint256 amount) private view returns (Move memory) {
        return _within(address(comptroller), 0, amount);
    }

    /// 6,000 USDC out of Aave, for a debt of 5,000.
    function _sendRepayment(address market, bytes32 marketId) private returns (bytes32) {
        Move memory move = _within(address(source), 0, 6000e6);
        (move.asset, move.action, move.dstMarket, move.dstMarketId) = (address(usdc), Action.Repay, market, marketId);
        bytes32 guid = _sendFrom(alice, move);
        return guid;
    }

    function _arrive(bytes32 guid) private {
        endpoint.deliver(guid);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
    }

    function _arriveParked(bytes32 guid) private {
        endpoint.deliver(guid);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
    }

    /// Exactly this much is left, and one more is refused.
    function _assertBoundary(Move memory move, uint256 factor) private {
        move.minHealthFactor = factor + 1;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.SourceHealthTooLow.selector, factor, factor + 1));
        _send(alice, move);
        move.minHealthFactor = factor;
        _send(alice, move);
    }

    function _assertEmpty(address market) private view {
        address desk = address(router.desk());
        for (uint256 i = 0; i < 2; ++i) {
            IERC20 asset = IERC20([address(weth), address(usdc)][i]);
            assertEq(asset.balanceOf(address(router)), 0);
            assertEq(asset.balanceOf(desk), 0);
            assertEq(asset.allowance(address(router), market), 0);
            assertEq(asset.allowance(desk, market), 0);
        }
    }

    function _approveShares() private {
        vm.prank(alice);
        vWeth.approve(address(router), 2 ether * 1e18 / VWETH_RATE);
    }

    function _morphoCollateral() private view returns (uint256 collateral) {
        (,, collateral) = morpho.position(id, alice);
    }

    function _cometCollateral() private view returns (uint256 collateral) {
        (collateral,) = comet.userCollateral(alice, address(weth));
    }

    function _morphoGrant() private view returns (Grant memory grant) {
        grant.nonce = morpho.nonce(alice);
        grant.deadline = block.timestamp + 1 hours;
        grant.give = _sign(
            morpho.authorizationDigest(MorphoAuthorization(alice, address(router), true, grant.nonce, grant.deadline))
        );
        grant.takeBack = _sign(
            morpho.authorizationDigest(
                MorphoAuthorization(alice, address(router), false, grant.nonce + 1, grant.deadline)
            )
        );
    }

    function _cometGrant() private view returns (Grant memory grant) {
        grant.nonce = comet.userNonce(alice);
        grant.deadline = block.timestamp + 1 hours;
        grant.give = _sign(comet.authorizationDigest(alice, address(router), true, grant.nonce, grant.deadline));
        grant.takeBack =
            _sign(comet.authorizationDigest(alice, address(router), false, grant.nonce + 1, grant.deadline));
    }

    function _sign(bytes32 digest) private view returns (Signature memory signature) {
        (signature.v, signature.r, signature.s) = vm.sign(aliceKey, digest);
    }
}
