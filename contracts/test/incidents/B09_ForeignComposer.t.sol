// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessagingFee, MessagingReceipt, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {ArrivalStatus, ICollateralRouter} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B9: somebody bridges straight to the router. What comes is theirs, whatever their message says.
contract B09_ForeignComposerTest is RouterTest {
    function _bridge(address sender, uint256 amount, bytes memory body) private returns (bytes32 guid) {
        weth.mint(sender, amount);
        SendParam memory param = SendParam(
            REMOTE_EID,
            _self(),
            amount,
            0,
            abi.encodePacked(hex"000301001101", uint128(200_000), hex"010013030000", uint128(400_000)),
            body,
            ""
        );
        vm.prank(sender);
        (MessagingReceipt memory receipt,) = weth.send{value: FEE}(param, MessagingFee(FEE, 0), sender);
        guid = receipt.guid;
        endpoint.deliver(guid);
    }

    function testFuzz_ItIsParkedForItsSender(uint256 amount, bytes calldata body) external {
        amount = bound(amount, 1, 1e9) * 1e12;
        vm.assume(body.length > 0);
        bytes32 guid = _bridge(mallory, amount, body);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        assertEq(router.arrival(guid).owner, mallory);
        vm.prank(mallory);
        router.claim(guid, mallory);
        assertEq(weth.balanceOf(mallory), amount);
        _assertNothingLeft(address(weth));
    }

    /// A body that is the victim's own move gains nobody anything, and takes no guid of theirs.
    function test_ABodyThatNamesAVictimIsNotRead() external {
        bytes32 victims = _deliverFrom(alice, _move(5 ether));
        bytes32 guid = _bridge(mallory, 1 ether, _body(alice));
        endpoint.compose(guid);
        (uint256 total,) = router.latestArrivals(alice, 10);
        assertEq(total, 0);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.NotOwner.selector, alice));
        router.claim(guid, alice);
        endpoint.compose(victims);
        _assertStatus(victims, ArrivalStatus.Credited);
        assertEq(weth.balanceOf(address(router)), 1 ether);
    }

    /// Parked by any gas that suffices for it, or still queued.
    function testFuzz_AnyGasParksOrLeavesItQueued(uint256 gasLimit) external {
        bytes32 guid = _bridge(mallory, 1 ether, "anything");
        try endpoint.compose{gas: bound(gasLimit, 30_000, 1_000_000)}(guid) {
            _assertStatus(guid, ArrivalStatus.Parked);
        } catch {
            assertTrue(endpoint.isQueued(guid));
        }
    }
}
