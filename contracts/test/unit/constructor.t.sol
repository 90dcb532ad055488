// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {ICollateralRouter, RouterConfig} from "../../src/interfaces/ICollateralRouter.sol";
import {DevnetOFTAdapter} from "../../src/devnet/DevnetOFTAdapter.sol";
import {RouterTest} from "../RouterTest.sol";

contract ConstructorTest is RouterTest {
    function _expect(RouterConfig memory config, bytes memory error) private {
        vm.expectRevert(error);
        new CollateralRouter(config);
    }

    function test_RevertWhen_ARemoteAMarketOrAnOFTIsZero() external {
        bytes memory error = abi.encodeWithSelector(ICollateralRouter.ZeroConfigEntry.selector);
        RouterConfig memory config = _config();
        config.remotes[1] = 0;
        _expect(config, error);
        config = _config();
        config.markets[1] = address(0);
        _expect(config, error);
        config = _config();
        config.ofts[1] = address(0);
        _expect(config, error);
    }

    function test_RevertWhen_ARemoteAMarketOrAnOFTIsListedTwice() external {
        bytes4 selector = ICollateralRouter.DuplicateConfigEntry.selector;
        RouterConfig memory config = _config();
        config.remotes[1] = config.remotes[0];
        _expect(config, abi.encodeWithSelector(selector, bytes32(uint256(REMOTE_EID))));
        config = _config();
        config.markets[1] = config.markets[0];
        _expect(config, abi.encodeWithSelector(selector, bytes32(uint256(uint160(address(source))))));
        config = _config();
        config.ofts[1] = config.ofts[0];
        _expect(config, abi.encodeWithSelector(selector, bytes32(uint256(uint160(address(weth))))));
    }

    function test_RevertWhen_TheChainItselfIsARemote() external {
        RouterConfig memory config = _config();
        config.remotes[0] = OWN_EID;
        _expect(config, abi.encodeWithSelector(ICollateralRouter.OwnEidAsRemote.selector, OWN_EID));
    }

    function test_RevertWhen_AnOFTCarriesNoToken() external {
        RouterConfig memory config = _config();
        vm.mockCall(address(usdcOft), abi.encodeWithSignature("token()"), abi.encode(address(0)));
        _expect(config, abi.encodeWithSelector(ICollateralRouter.ZeroConfigEntry.selector));
    }

    function test_RevertWhen_TwoOFTsCarryOneToken() external {
        RouterConfig memory config = _config();
        config.ofts[3] = address(new DevnetOFTAdapter(address(usdc), address(endpoint), address(this)));
        _expect(config, abi.encodeWithSelector(ICollateralRouter.TokenHasTwoOfts.selector, address(usdc)));
    }

    function test_RevertWhen_TheEndpointIsNoEndpoint() external {
        RouterConfig memory config = _config();
        config.endpoint = mallory;
        vm.expectRevert();
        new CollateralRouter(config);
    }

    function test_WhenAllIsRight() external view {
        assertEq(router.endpoint(), address(endpoint));
        assertTrue(router.isRemote(REMOTE_EID) && router.isRemote(OTHER_REMOTE_EID));
        assertFalse(router.isRemote(OWN_EID) || router.isRemote(UNKNOWN_EID) || router.isRemote(0));
        assertTrue(router.isMarket(address(source)) && router.isMarket(address(destination)));
        assertFalse(router.isMarket(address(0)) || router.isMarket(mallory) || router.isMarket(address(weth)));
        assertEq(router.oftOf(address(weth)), address(weth));
        assertEq(router.oftOf(address(usdc)), address(usdcOft));
        assertEq(router.oftOf(address(usdcOft)), address(0));
        assertEq(router.oftOf(address(0)), address(0));
    }
}
