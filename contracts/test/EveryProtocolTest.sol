// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralRouter} from "../src/CollateralRouter.sol";
import {MarketConfig, Protocol, RouterConfig} from "../src/interfaces/ICollateralRouter.sol";
import {MorphoMarketParams} from "../src/interfaces/IMorphoBlue.sol";
import {MockComet} from "./mocks/MockComet.sol";
import {MockComptroller} from "./mocks/MockComptroller.sol";
import {MockMorpho, MockMorphoOracle} from "./mocks/MockMorpho.sol";
import {MockVToken} from "./mocks/MockVToken.sol";
import {RouterTest} from "./RouterTest.sol";

/// @notice One router for a market of each protocol, where WETH backs USDC that others have supplied.
abstract contract EveryProtocolTest is RouterTest {
    uint256 internal constant VWETH_RATE = 0.02e28;
    uint256 internal constant VUSDC_RATE = 0.02e16;

    MockMorpho internal morpho;
    MockMorphoOracle internal oracle;
    MorphoMarketParams internal params;
    bytes32 internal id;
    MockComet internal comet;
    MockComptroller internal comptroller;
    MockVToken internal vWeth;
    MockVToken internal vUsdc;

    function setUp() public virtual override {
        super.setUp();
        oracle = new MockMorphoOracle();
        oracle.setPrice(2000e24);
        morpho = new MockMorpho();
        params = MorphoMarketParams(address(usdc), address(weth), address(oracle), address(0), 0.86e18);
        id = morpho.createMarket(params);
        comet = new MockComet(address(usdc), 1e6);
        comet.list(address(weth), 1e18, 0.85e18, 2000e8);
        comptroller = new MockComptroller(true);
        vWeth = new MockVToken(address(comptroller), address(weth), VWETH_RATE);
        vUsdc = new MockVToken(address(comptroller), address(usdc), VUSDC_RATE);
        comptroller.list(vWeth, 2000e18, 0.8e18, 0.8e18);
        comptroller.list(vUsdc, 1e30, 0.8e18, 0.8e18);
        router = new CollateralRouter(_everyProtocol());

        usdc.mint(address(this), 3_000_000e6);
        usdc.approve(address(morpho), 1_000_000e6);
        morpho.supply(params, 1_000_000e6, address(this));
        usdc.approve(address(comet), 1_000_000e6);
        comet.supplyTo(address(this), address(usdc), 1_000_000e6);
        usdc.approve(address(vUsdc), 1_000_000e6);
        vUsdc.mint(1_000_000e6);
    }

    /// In each market but those of Aave alice has ten WETH and owes 5,000 USDC, which she has spent.
    function _openPositions() internal {
        weth.mint(alice, 30 ether);
        vm.startPrank(alice);
        weth.approve(address(morpho), 10 ether);
        morpho.supplyCollateral(params, 10 ether, alice, "");
        morpho.borrow(params, 5000e6, alice, address(0xdead));
        weth.approve(address(comet), 10 ether);
        comet.supplyTo(alice, address(weth), 10 ether);
        comet.withdrawFrom(alice, address(0xdead), address(usdc), 5000e6);
        weth.approve(address(vWeth), 10 ether);
        vWeth.mint(10 ether);
        comptroller.enter(alice, address(vWeth));
        vUsdc.borrow(5000e6);
        usdc.transfer(address(0xdead), 5000e6);
        vm.stopPrank();
    }

    function _everyProtocol() internal view returns (RouterConfig memory config) {
        config = _config();
        config.markets = new MarketConfig[](5);
        (config.markets[0].protocol, config.markets[0].market) = (Protocol.AaveV3, address(source));
        (config.markets[1].protocol, config.markets[1].market) = (Protocol.MorphoBlue, address(morpho));
        (config.markets[2].protocol, config.markets[2].market) = (Protocol.CompoundV3, address(comet));
        (config.markets[3].protocol, config.markets[3].market) = (Protocol.CompoundV2, address(comptroller));
        config.markets[3].tokens = new address[](2);
        (config.markets[3].tokens[0], config.markets[3].tokens[1]) = (address(vWeth), address(vUsdc));
        (config.markets[4].protocol, config.markets[4].market) = (Protocol.AaveV3, address(destination));
    }
}
