// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B8: anyone may call a composer, or have the endpoint call it. Of the sixteen ways to combine a right and a
/// wrong caller, token, source and composer, one may pass.
contract B08_SpoofedComposeTest is RouterTest {
    /// One that is right but for its composer is parked for that composer, and names nobody: it paid for what it gets.
    function test_OnlyTheAllRightCombinationPasses() external {
        weth.mint(address(router), 16 ether);
        uint256 passed;
        for (uint256 wrong = 0; wrong < 16; ++wrong) {
            bytes32 guid = bytes32(wrong + 1);
            address caller = wrong & 1 == 0 ? address(endpoint) : mallory;
            address from = wrong & 2 == 0 ? address(weth) : address(usdc);
            uint32 srcEid = wrong & 4 == 0 ? REMOTE_EID : UNKNOWN_EID;
            bytes32 composer = wrong & 8 == 0 ? _self() : bytes32(uint256(uint160(mallory)));
            bytes memory message = _composeMessage(srcEid, 1 ether, composer, _body(alice));

            if (wrong != 0 && wrong != 8) vm.expectRevert(_errorOf(wrong));
            vm.prank(caller);
            router.lzCompose(from, guid, message, mallory, "");
            if (_status(guid) != ArrivalStatus.None) ++passed;
        }
        assertEq(passed, 2);
        _assertStatus(bytes32(uint256(1)), ArrivalStatus.Credited);
        _assertStatus(bytes32(uint256(9)), ArrivalStatus.Parked);
        assertEq(router.arrival(bytes32(uint256(9))).owner, mallory);
        assertEq(weth.balanceOf(address(router)), 15 ether);
        (uint256 total,) = router.latestArrivals(alice, 10);
        assertEq(total, 1, "nobody else's arrival has her name");
    }

    /// The first wrong thing, in the order in which they are looked at.
    function _errorOf(uint256 wrong) private view returns (bytes memory) {
        if (wrong & 1 != 0) return abi.encodeWithSelector(ICollateralRouter.OnlyEndpoint.selector, mallory);
        if (wrong & 2 != 0) return abi.encodeWithSelector(ICollateralRouter.UntrustedToken.selector, address(usdc));
        return abi.encodeWithSelector(ICollateralRouter.UnknownSource.selector, UNKNOWN_EID);
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
        // Bridging straight to the router with a body that names the victim: the OFT vouches for who sent it, and how much.
        bytes32 victims = _deliverFrom(alice, _move(1 ether));
        weth.mint(address(router), 0.1 ether);
        bytes memory message = _composeMessage(REMOTE_EID, 0.1 ether, bytes32(uint256(uint160(mallory))), _body(alice));
        vm.prank(address(endpoint));
        router.lzCompose(address(weth), "direct", message, mallory, "");
        assertEq(router.arrival("direct").owner, mallory);
        assertEq(router.totalParked(address(weth)), 0.1 ether);
        endpoint.compose(victims);
        _assertStatus(victims, ArrivalStatus.Credited);
        vm.prank(mallory);
        router.claim("direct", mallory);
        assertEq(weth.balanceOf(mallory), 0.1 ether, "what it sent, and no more");
        assertEq(weth.balanceOf(address(router)), 0);
    }
}
