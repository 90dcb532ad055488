// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {
    ArrivalStatus,
    Grant,
    ICollateralRouter,
    Move,
    RouterConfig,
    Signature
} from "../../src/interfaces/ICollateralRouter.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {MockAToken} from "../mocks/MockAToken.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B1 to B5: a standing allowance to the router is of use to its owner alone.
contract B02_B04_B05_OthersAllowancesTest is RouterTest {
    /// B2: no parameter names whose collateral is taken.
    function test_AnAllowanceServesNobodyElse() external {
        _supply(alice, address(weth), 10 ether);
        _allow(alice, address(weth), type(uint256).max);
        Move memory move = _move(1 ether);
        move.recovery = alice;
        vm.prank(mallory);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICollateralRouter.CollateralNotAvailable.selector,
                address(source.aTokenOf(address(weth))),
                uint256(0),
                uint256(0),
                1 ether
            )
        );
        router.send{value: FEE}(move);
    }

    /// B2: a permit of the victim, in the hand of another, moves nothing.
    function test_APermitOfAnotherMovesNothing() external {
        _supply(alice, address(weth), 10 ether);
        Move memory move = _move(1 ether);
        Grant memory permit = _signPermit(move, 1 ether + 2, aliceKey);
        vm.prank(mallory);
        vm.expectPartialRevert(ICollateralRouter.CollateralNotAvailable.selector);
        router.sendWithGrant{value: FEE}(move, permit);
    }

    /// B4: a token without permits swallows the call, and the permit seems to have worked.
    function test_APhantomPermitGivesNoAllowance() external {
        MockAavePool pool = new MockAavePool();
        pool.list(address(weth), false);
        RouterConfig memory config = _config();
        config.markets[0].market = address(pool);
        router = new CollateralRouter(config);
        _supplyTo(pool, alice, address(weth), 10 ether);
        Move memory move = _move(1 ether);
        move.market = address(pool);
        Grant memory nonsense =
            Grant(type(uint256).max, 0, type(uint256).max, Signature(27, "r", "s"), Signature(0, 0, 0));
        MockAToken aToken = pool.aTokenOf(address(weth));
        bytes memory error = abi.encodeWithSelector(
            ICollateralRouter.CollateralNotAvailable.selector,
            address(aToken),
            aToken.balanceOf(alice),
            uint256(0),
            1 ether
        );
        vm.prank(alice);
        vm.expectRevert(error);
        router.sendWithGrant{value: FEE}(move, nonsense);
    }

    /// B5: somebody sees the permit in the mempool and uses it first.
    function test_AFrontRunPermitDoesNotStopTheMove() external {
        _supply(alice, address(weth), 10 ether);
        Move memory move = _move(1 ether);
        Grant memory permit = _signPermit(move, 1 ether + 2, aliceKey);
        MockAToken aToken = source.aTokenOf(address(weth));
        vm.prank(mallory);
        aToken.permit(
            alice, address(router), permit.value, permit.deadline, permit.give.v, permit.give.r, permit.give.s
        );
        vm.prank(alice);
        bytes32 guid = router.sendWithGrant{value: FEE}(move, permit);
        endpoint.deliver(guid);
        endpoint.compose(guid);
        _assertStatus(guid, ArrivalStatus.Credited);
        assertEq(aToken.allowance(alice, address(router)), 0);
    }

    /// I6: nothing that the router holds can be pulled out of it.
    function test_TheRouterAllowsNobody() external {
        _parkFrom(alice, _move(1 ether));
        address[5] memory spenders =
            [address(source), address(destination), address(weth), address(usdcOft), address(endpoint)];
        for (uint256 i = 0; i < spenders.length; ++i) {
            assertEq(IERC20(address(weth)).allowance(address(router), spenders[i]), 0);
        }
    }
}
