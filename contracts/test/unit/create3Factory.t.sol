// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {Create3Factory} from "../../src/Create3Factory.sol";
import {DevnetArbSys} from "../../src/devnet/DevnetArbSys.sol";
import {ICollateralRouter, MarketConfig, Protocol, RouterConfig} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

contract Create3FactoryTest is RouterTest {
    bytes32 private constant SALT = "salt";

    function _routerCode(RouterConfig memory config) private pure returns (bytes memory) {
        return abi.encodePacked(type(CollateralRouter).creationCode, abi.encode(config));
    }

    function test_WhenASaltIsNew() external {
        address foretold = factory.addressOf(bob, SALT);
        vm.expectEmit(address(factory));
        emit Create3Factory.Deployed(bob, SALT, foretold);
        vm.prank(bob);
        assertEq(factory.deploy(SALT, type(DevnetArbSys).creationCode), foretold);
        assertEq(DevnetArbSys(foretold).arbBlockNumber(), block.number);
    }

    function test_WhenTheCodeDiffers() external {
        address foretold = factory.addressOf(bob, SALT);
        RouterConfig memory config = _config();
        uint256 snapshot = vm.snapshotState();
        vm.prank(bob);
        assertEq(factory.deploy(SALT, _routerCode(config)), foretold);
        vm.revertToState(snapshot);
        config.markets = new MarketConfig[](0);
        vm.prank(bob);
        assertEq(factory.deploy(SALT, _routerCode(config)), foretold);
        assertTrue(CollateralRouter(payable(foretold)).protocolOf(address(source)) == Protocol.None);
    }

    function test_WhenTheSenderDiffers() external {
        address foretold = factory.addressOf(bob, SALT);
        vm.prank(mallory);
        address taken = factory.deploy(SALT, type(DevnetArbSys).creationCode);
        assertNotEq(taken, foretold);
        assertEq(foretold.code.length, 0);
    }

    function test_RevertWhen_TheSenderUsedTheSaltBefore() external {
        vm.startPrank(bob);
        factory.deploy(SALT, type(DevnetArbSys).creationCode);
        vm.expectRevert(Errors.FailedDeployment.selector);
        factory.deploy(SALT, _routerCode(_config()));
        vm.stopPrank();
    }

    function test_RevertWhen_ThereIsNoCode() external {
        vm.expectRevert(Create3.Create3EmptyBytecode.selector);
        factory.deploy(SALT, "");
    }

    function test_RevertWhen_TheConstructorReverts() external {
        RouterConfig memory config = _config();
        config.remotes[0] = OWN_EID;
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.OwnEidAsRemote.selector, OWN_EID));
        factory.deploy(SALT, _routerCode(config));
        vm.prank(bob);
        assertEq(factory.deploy(SALT, _routerCode(_config())), factory.addressOf(bob, SALT));
    }
}
