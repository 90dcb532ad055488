// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B8: anyone may call a composer, or have the endpoint call it. Of the sixteen ways to combine a right and a
/// wrong caller, token, source and composer, one may pass.
contract B08_SpoofedComposeTest is RouterTest {
    function test_OnlyTheAllRightCombinationPasses() external {
        weth.mint(address(router), 16 ether);
        uint256 passed;
        for (uint256 wrong = 0; wrong < 16; ++wrong) {
            bytes32 guid = bytes32(wrong + 1);
            address caller = wrong & 1 == 0 ? address(endpoint) : mallory;
            address from = wrong & 2 == 0 ? address(weth) : address(usdc);
            uint32 srcEid = wrong & 4 == 0 ? REMOTE_EID : UNKNOWN_EID;
            bytes32 composer = wrong & 8 == 0 ? _self() : bytes32(uint256(uint160(mallory)));
            bytes memory message = _composeMessage(srcEid, 1 ether, composer, _body(mallory));

            if (wrong != 0) vm.expectRevert(_errorOf(wrong));
            vm.prank(caller);
            router.lzCompose(from, guid, message, mallory, "");
            if (_status(guid) != ArrivalStatus.None) ++passed;
        }
        assertEq(passed, 1);
        _assertStatus(bytes32(uint256(1)), ArrivalStatus.Credited);
        assertEq(weth.balanceOf(address(router)), 15 ether);
    }

    /// The first wrong thing, in the order in which they are looked at.
    function _errorOf(uint256 wrong) private view returns (bytes memory) {
        if (wrong & 1 != 0) return abi.encodeWithSelector(ICollateralRouter.OnlyEndpoint.selector, mallory);
        if (wrong & 2 != 0) return abi.encodeWithSelector(ICollateralRouter.UntrustedToken.selector, address(usdc));
        if (wrong & 4 != 0) return abi.encodeWithSelector(ICollateralRouter.UnknownSource.selector, UNKNOWN_EID);
        return abi.encodeWithSelector(ICollateralRouter.UntrustedComposer.selector, bytes32(uint256(uint160(mallory))));
    }

    function test_ACompositionThatAnybodyQueuedAtTheEndpointChangesNothing() external {
        bytes32 parked = _parkFrom(alice, _move(5 ether));
        bytes memory message = _composeMessage(REMOTE_EID, 5 ether, _self(), _body(mallory));
        vm.startPrank(mallory);
        endpoint.sendCompose(address(router), "spoof", 0, message);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.UntrustedToken.selector, mallory));
        endpoint.lzCompose(mallory, address(router), "spoof", 0, message, "");
        vm.stopPrank();
        assertEq(router.totalParked(address(weth)), 5 ether);
        assertEq(router.arrival(parked).owner, alice);
    }

    function test_ASendByAStrangerWithOurMessageIsNotOurs() external {
        // Bridging straight to the router with a body that names the victim's funds: the OFT vouches for who sent it.
        Move memory move = _move(1 ether);
        _deliverFrom(alice, move);
        bytes memory message = _composeMessage(REMOTE_EID, 1 ether, bytes32(uint256(uint160(mallory))), _body(mallory));
        vm.prank(address(endpoint));
        vm.expectRevert(
            abi.encodeWithSelector(ICollateralRouter.UntrustedComposer.selector, bytes32(uint256(uint160(mallory))))
        );
        router.lzCompose(address(weth), "direct", message, mallory, "");
        assertEq(weth.balanceOf(address(router)), 1 ether);
    }
}
