// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {PositionDesk} from "../../src/PositionDesk.sol";
import {DevnetToken} from "../../src/devnet/DevnetToken.sol";
import {ICollateralRouter, Protocol} from "../../src/interfaces/ICollateralRouter.sol";
import {IPositionDesk, Place} from "../../src/interfaces/IPositionDesk.sol";
import {MorphoMarketParams} from "../../src/interfaces/IMorphoBlue.sol";
import {MockComet} from "../mocks/MockComet.sol";
import {MockMorpho, MockMorphoOracle} from "../mocks/MockMorpho.sol";

/// @notice The desk of a router, which this test is. What each connector does is tested by itself.
contract PositionDeskTest is Test {
    PositionDesk private desk;
    MockComet private comet;
    MockMorpho private morpho;
    DevnetToken private weth;
    DevnetToken private usdc;
    MorphoMarketParams private params;
    bytes32 private id;
    address private alice = makeAddr("alice");
    address private mallory = makeAddr("mallory");

    function setUp() public {
        vm.warp(1_700_000_000);
        desk = new PositionDesk();
        weth = new DevnetToken("Wrapped Ether", "WETH", 18, address(this));
        usdc = new DevnetToken("USD Coin", "USDC", 6, address(this));
        comet = new MockComet(address(usdc), 1e6);
        comet.list(address(weth), 1e18, 0.85e18, 2000e8);
        morpho = new MockMorpho();
        MockMorphoOracle oracle = new MockMorphoOracle();
        oracle.setPrice(2000e24);
        params = MorphoMarketParams(address(usdc), address(weth), address(oracle), address(0), 0.86e18);
        id = morpho.createMarket(params);
        usdc.mint(address(this), 2_000_000e6);
        usdc.approve(address(comet), 1_000_000e6);
        comet.supplyTo(address(this), address(usdc), 1_000_000e6);
        usdc.approve(address(morpho), 1_000_000e6);
        morpho.supply(params, 1_000_000e6, address(this));
    }

    function test_ItsRouterIsWhoMadeIt() external view {
        assertEq(desk.router(), address(this));
    }

    function test_RevertWhen_AStrangerSuppliesOrRepays() external {
        // Whatever lies there is nobody's to spend.
        weth.mint(address(desk), 1 ether);
        usdc.mint(address(desk), 1e6);
        bytes memory reason = abi.encodeWithSelector(IPositionDesk.OnlyRouter.selector, mallory);
        vm.startPrank(mallory);
        vm.expectRevert(reason);
        desk.supply(_comet(weth, mallory), 1 ether);
        vm.expectRevert(reason);
        desk.repay(_comet(usdc, mallory), 1e6);
    }

    function test_RevertWhen_TheProtocolHasNoHealthHere() external {
        Place memory place = _comet(weth, alice);
        place.protocol = Protocol.AaveV3;
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UnsupportedProtocol.selector, Protocol.AaveV3));
        desk.healthFactor(place);
    }

    function test_MorphoBlue() external {
        weth.mint(address(desk), 10 ether);
        desk.supply(_morpho(weth, alice), 10 ether);
        (,, uint256 collateral) = morpho.position(id, alice);
        assertEq(collateral, 10 ether);
        vm.prank(alice);
        morpho.borrow(params, 5000e6, alice, alice);
        // Anybody may ask.
        vm.prank(mallory);
        assertEq(desk.healthFactor(_morpho(weth, alice)), 3.44e18);
        usdc.mint(address(desk), 2000e6);
        // Some tokens refuse to transfer nothing.
        vm.expectCall(address(usdc), abi.encodeCall(usdc.transfer, (alice, 0)), 0);
        assertEq(desk.repay(_morpho(usdc, alice), 2000e6), 0);
        usdc.mint(address(desk), 4000e6);
        assertEq(desk.repay(_morpho(usdc, alice), 4000e6), 1000e6);
        assertEq(usdc.balanceOf(alice), 6000e6);
        assertEq(desk.healthFactor(_morpho(weth, alice)), type(uint256).max);
        _assertEmpty(address(morpho));
    }

    function test_CompoundV3() external {
        weth.mint(address(desk), 10 ether);
        desk.supply(_comet(weth, alice), 10 ether);
        (uint256 collateral,) = comet.userCollateral(alice, address(weth));
        assertEq(collateral, 10 ether);
        vm.prank(alice);
        comet.withdrawFrom(alice, alice, address(usdc), 5000e6);
        uint256 owed = comet.borrowBalanceOf(alice);
        vm.prank(mallory);
        assertEq(desk.healthFactor(_comet(weth, alice)), uint256(17_000e8) * 1e18 / (owed * 100));
        usdc.mint(address(desk), 6000e6);
        assertEq(desk.repay(_comet(usdc, alice), 6000e6), 6000e6 - owed);
        assertEq(usdc.balanceOf(alice), 5000e6 + 6000e6 - owed);
        assertEq(desk.healthFactor(_comet(weth, alice)), type(uint256).max);
        _assertEmpty(address(comet));
    }

    function _comet(DevnetToken asset, address owner) private view returns (Place memory) {
        return Place(Protocol.CompoundV3, address(comet), 0, address(asset), address(0), owner);
    }

    function _morpho(DevnetToken asset, address owner) private view returns (Place memory) {
        return Place(Protocol.MorphoBlue, address(morpho), id, address(asset), address(0), owner);
    }

    function _assertEmpty(address market) private view {
        assertEq(weth.balanceOf(address(desk)), 0);
        assertEq(usdc.balanceOf(address(desk)), 0);
        assertEq(weth.allowance(address(desk), market), 0);
        assertEq(usdc.allowance(address(desk), market), 0);
    }
}
