// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ArrivalStatus, ICollateralRouter, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threat B22: a contract that passes for a key is credited on a chain where nobody may hold its address.
contract B22_OwnersWithCodeTest is RouterTest {
    /// As long as a delegation (EIP-7702), and anything but one.
    function testFuzz_ACodeAsLongAsADelegationIsAContract(bytes23 code) external {
        vm.assume(bytes1(code) != 0xef);
        vm.etch(bob, abi.encodePacked(code));
        Move memory move = _move(1 ether);
        move.recovery = safe;
        bytes32 guid = _deliverFrom(bob, move);
        vm.etch(bob, "");
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Parked);
        vm.prank(safe);
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.OwnerHasNoCode.selector, bob));
        router.retry(guid);
    }
}
