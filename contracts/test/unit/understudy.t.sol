// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {DIRECTOR, Understudy} from "../../src/simulation/Understudy.sol";

/// @dev A contract with storage of its own, which also calls itself from outside.
contract Ledger {
    error Refused(address caller);

    mapping(address caller => uint256) public paid;
    uint256 public last;

    function pay() external payable returns (address, uint256) {
        paid[msg.sender] += msg.value;
        last = gasleft();
        return (msg.sender, paid[msg.sender]);
    }

    function refuse() external view {
        revert Refused(msg.sender);
    }

    function payOut(address payable to, uint256 amount) external {
        to.transfer(amount);
    }

    function ask(Ledger other) external payable returns (address caller, uint256 sum) {
        return other.pay{value: msg.value}();
    }

    function provoke(Ledger other) external view {
        other.refuse();
    }
}

contract UnderstudyTest is Test {
    address private immutable alice = makeAddr("alice");
    address private immutable bob = makeAddr("bob");
    Ledger private immutable ledger = new Ledger();

    function setUp() external {
        vm.etch(DIRECTOR, type(Understudy).runtimeCode);
        _cast(alice);
        _cast(bob);
        vm.deal(alice, 10 ether);
    }

    function test_WhenSeveralAccountsCallOneAfterTheOther() external {
        bytes memory pay = abi.encodeCall(Ledger.pay, ());
        bytes memory cues = bytes.concat(
            _cue(alice, address(ledger), 1 ether, 0, pay),
            _cue(bob, address(ledger), 0, 0, pay),
            _cue(alice, address(ledger), 2 ether, 0, pay)
        );
        bytes[] memory outcomes = _run(cues, 3);
        assertEq(_returned(outcomes[0]), abi.encode(alice, 1 ether));
        assertEq(_returned(outcomes[1]), abi.encode(bob, 0));
        assertEq(_returned(outcomes[2]), abi.encode(alice, 3 ether));
        assertEq(address(ledger).balance, 3 ether);
    }

    function test_WhenACallReturnsOrReverts() external {
        bytes[] memory outcomes = _run(
            bytes.concat(
                _cue(alice, address(ledger), 0, 0, abi.encodeCall(Ledger.refuse, ())),
                _cue(alice, address(ledger), 0, 0, abi.encodeCall(Ledger.pay, ())),
                _cue(alice, bob, 11 ether, 0, "")
            ),
            3
        );
        assertEq(uint8(outcomes[0][0]), 0);
        assertEq(_returned(outcomes[0]), abi.encodeWithSelector(Ledger.Refused.selector, alice));
        assertEq(uint8(outcomes[1][0]), 1);
        assertEq(uint8(outcomes[2][0]), 0);
        assertEq(_returned(outcomes[2]), "");
    }

    function test_WhenACallHasALimitOfGas() external {
        bytes memory pay = abi.encodeCall(Ledger.pay, ());
        vm.cool(address(ledger));
        bytes memory outcome = _run(_cue(alice, address(ledger), 0, 100_000, pay), 1)[0];
        uint256 left = ledger.last();
        assertLt(left, 100_000);
        assertGt(left, 90_000);
        // What `pay` did before and after it looked, and the call itself, of an account that is warm.
        uint256 used = _gasUsed(outcome);
        assertGt(used, 100_000 - left + 20_000);
        assertLt(used, 100_000 - left + 25_000);
        // What is not enough to write anything.
        assertEq(uint8(_run(_cue(alice, address(ledger), 0, 300, pay), 1)[0][0]), 0);
    }

    function test_RevertWhen_ThereIsLessGasThanTheLimit() external {
        bytes memory cue = _cue(alice, address(ledger), 0, 1_000_000, abi.encodeCall(Ledger.pay, ()));
        (bool success, bytes memory reason) = DIRECTOR.call{gas: 900_000}(cue);
        assertFalse(success);
        assertEq(bytes4(reason), Understudy.TooLittleGas.selector);
        // All but a 64th can be handed on, twice.
        (success,) = DIRECTOR.call{gas: 1_060_000}(cue);
        assertTrue(success);
    }

    function test_WhenSomebodyElseCallsAnAccount_GivenTheAccountHasCode() external {
        Ledger account = Ledger(_withCode("account"));
        bytes[] memory outcomes = _run(
            bytes.concat(
                // Who is called by a contract that it is over is the contract, and not the director's.
                _cue(address(account), address(ledger), 0, 0, abi.encodeCall(Ledger.ask, (account))),
                _cue(alice, address(account), 4 ether, 0, abi.encodeCall(Ledger.pay, ())),
                _cue(alice, address(ledger), 0, 0, abi.encodeCall(Ledger.provoke, (account)))
            ),
            3
        );
        assertEq(_returned(outcomes[0]), abi.encode(address(ledger), 0));
        assertEq(_returned(outcomes[1]), abi.encode(alice, 4 ether));
        assertEq(_returned(outcomes[2]), abi.encodeWithSelector(Ledger.Refused.selector, address(ledger)));
        assertEq(account.paid(alice), 4 ether);
        assertEq(ledger.paid(alice), 0);
    }

    function test_WhenSomebodyElseCallsAnAccount_GivenTheAccountHasNone() external {
        vm.deal(address(ledger), 1 ether);
        _run(_cue(alice, address(ledger), 0, 0, abi.encodeCall(Ledger.payOut, (payable(alice), 1 ether))), 1);
        assertEq(alice.balance, 11 ether);
    }

    function test_WhenThereIsNothingToRun() external {
        (bool success, bytes memory nothing) = DIRECTOR.call("");
        assertTrue(success);
        assertEq(nothing, "");
    }

    // ------------------------------------------------------------------ helpers

    /// @dev Puts it over an account; its own code lies where it is looked for.
    function _cast(address account) private {
        if (account.code.length != 0) vm.etch(address(~uint160(account)), account.code);
        vm.etch(account, type(Understudy).runtimeCode);
    }

    function _withCode(string memory name) private returns (address account) {
        account = makeAddr(name);
        vm.etch(account, address(ledger).code);
        _cast(account);
    }

    function _cue(address from, address to, uint256 value, uint64 gasLimit, bytes memory data)
        private
        pure
        returns (bytes memory)
    {
        bytes memory cue = abi.encodePacked(from, to, value, gasLimit, data);
        return abi.encodePacked(uint32(cue.length), cue);
    }

    function _run(bytes memory cues, uint256 count) private returns (bytes[] memory outcomes) {
        (bool success, bytes memory told) = DIRECTOR.call(cues);
        assertTrue(success);
        return this.split(told, count);
    }

    function split(bytes calldata told, uint256 count) external pure returns (bytes[] memory outcomes) {
        outcomes = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 end = 4 + uint32(bytes4(told));
            outcomes[i] = told[4:end];
            told = told[end:];
        }
        assertEq(told.length, 0);
    }

    function _gasUsed(bytes memory outcome) private view returns (uint256) {
        return this.gasUsedIn(outcome);
    }

    function gasUsedIn(bytes calldata outcome) external pure returns (uint256) {
        return uint64(bytes8(outcome[1:]));
    }

    function _returned(bytes memory outcome) private view returns (bytes memory) {
        return this.returnedIn(outcome);
    }

    function returnedIn(bytes calldata outcome) external pure returns (bytes memory) {
        return outcome[9:];
    }
}
