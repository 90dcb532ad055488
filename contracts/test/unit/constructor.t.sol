// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {ICollateralRouter, Protocol, RouterConfig} from "../../src/interfaces/ICollateralRouter.sol";
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
        config.markets[1].market = address(0);
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

    function test_RevertWhen_AProtocolHasNoConnector() external {
        RouterConfig memory config = _config();
        config.markets[1].protocol = Protocol.None;
        _expect(config, abi.encodeWithSelector(ICollateralRouter.UnsupportedProtocol.selector, Protocol.None));
    }

    function test_RevertWhen_AMarketOfAnotherProtocolThanCompoundV2HasTokens() external {
        RouterConfig memory config = _config();
        config.markets[1].tokens = new address[](1);
        _expect(config, abi.encodeWithSelector(ICollateralRouter.UnexpectedTokens.selector, address(destination)));
    }

    function test_RevertWhen_AnOFTCarriesCoinsAndNothingStandsForThem() external {
        RouterConfig memory config = _config();
        config.wrappedNative = address(0);
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
        assertTrue(
            router.protocolOf(address(source)) == Protocol.AaveV3
                && router.protocolOf(address(destination)) == Protocol.AaveV3
        );
        address[3] memory others = [address(0), mallory, address(weth)];
        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(router.protocolOf(others[i]) == Protocol.None);
        }
        assertEq(router.oftOf(address(coin)), address(coinOft));
        assertEq(router.wrappedNative(), address(coin));
        assertEq(router.oftOf(address(weth)), address(weth));
        assertEq(router.oftOf(address(usdc)), address(usdcOft));
        assertEq(router.oftOf(address(usdcOft)), address(0));
        assertEq(router.oftOf(address(0)), address(0));
    }
}
