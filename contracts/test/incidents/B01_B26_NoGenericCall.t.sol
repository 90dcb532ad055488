// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateralRouter} from "../../src/interfaces/ICollateralRouter.sol";
import {RouterTest} from "../RouterTest.sol";

/// @notice Threats B1 and B26: a contract that holds allowances is told what to call (LI.FI 2022 and 2024, Socket 2024,
/// SushiSwap's RouteProcessor2 2023, Dexible 2023, AaveRebalancer 2026), or is given other code.
contract B01_B26_NoGenericCallTest is RouterTest {
    function _theft() private view returns (bytes memory) {
        return abi.encodeWithSignature("transferFrom(address,address,uint256)", alice, mallory, 1 ether);
    }

    /// The doors of those who lost, with the victim's allowance behind them.
    function test_TheDoorsOfThePastAreNotThere() external {
        _supply(alice, address(weth), 10 ether);
        _allow(alice, address(weth), type(uint256).max);
        address aToken = address(source.aTokenOf(address(weth)));
        bytes[9] memory attacks = [
            abi.encodeWithSignature("swapAndStartBridgeTokensViaCBridge(address,bytes)", aToken, _theft()),
            abi.encodeWithSignature("depositToGasZipERC20(address,bytes,uint256)", aToken, _theft(), 0),
            abi.encodeWithSignature("performAction(address,bytes)", aToken, _theft()),
            abi.encodeWithSignature("uniswapV3SwapCallback(int256,int256,bytes)", 1, 1, abi.encode(aToken, alice)),
            abi.encodeWithSignature("selfSwap(address,bytes)", aToken, _theft()),
            abi.encodeWithSignature(
                "executeOperation(address,uint256,uint256,address,bytes)", aToken, 1, 1, alice, _theft()
            ),
            abi.encodeWithSignature("execute(address,uint256,bytes)", aToken, 0, _theft()),
            abi.encodeWithSignature("multicall(bytes[])", new bytes[](1)),
            _theft()
        ];
        uint256 before = _supplied(source, alice, address(weth));
        for (uint256 i = 0; i < attacks.length; ++i) {
            vm.prank(mallory);
            (bool ok,) = address(router).call(attacks[i]);
            assertFalse(ok);
            vm.prank(mallory);
            (ok,) = address(router.desk()).call(attacks[i]);
            assertFalse(ok);
        }
        assertEq(_supplied(source, alice, address(weth)), before);
    }

    /// Neither can be told to run other code, to stand for another, or to vanish.
    function test_NoCodeThatDelegatesOrVanishes() external view {
        _assertPlain(address(router).code);
        _assertPlain(address(router.desk()).code);
    }

    function _assertPlain(bytes memory code) private pure {
        for (uint256 i = 0; i < code.length; ++i) {
            uint8 opcode = uint8(code[i]);
            assertTrue(opcode != 0xf2 && opcode != 0xf4 && opcode != 0xff, "callcode, delegatecall, selfdestruct");
            if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f;
        }
    }

    function test_NobodyIsAsked() external {
        bytes4[6] memory administration = [
            bytes4(keccak256("owner()")),
            bytes4(keccak256("transferOwnership(address)")),
            bytes4(keccak256("upgradeTo(address)")),
            bytes4(keccak256("pause()")),
            bytes4(keccak256("rescue(address,uint256)")),
            bytes4(keccak256("setMarket(address,bool)"))
        ];
        for (uint256 i = 0; i < administration.length; ++i) {
            (bool ok,) = address(router).call(abi.encodePacked(administration[i], new bytes(96)));
            assertFalse(ok);
        }
        vm.expectRevert(abi.encodeWithSelector(ICollateralRouter.OnlySelf.selector, address(this)));
        router.settle("guid");
    }
}
