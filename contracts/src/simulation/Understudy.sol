// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev The last 20 bytes of `keccak256("unimargin.simulation.director")`: nobody's address.
address constant DIRECTOR = 0x77Aa565dcDE240FBaA90900A5cA272445C8c8330;

/// @title Understudy
/// @notice Lets a list of calls be run in one `eth_call`, each as the account that would make it, one on what the other left.
/// @dev Deployed nowhere: it is put over other code for the time of a simulation. At an account it makes the calls that the
/// director has for it, so that they come from there, and hands everything else to the account's own code, which lies at
/// {_ownCode} in the meantime. It has no functions, whose selectors could be the account's own. All is packed:
///
/// - a cue is who calls (20 bytes), whom (20), with what value (32), with how much gas (8; all there is if zero), and the data;
/// - an outcome is whether it went well (1), the gas that it used (8; refunds are not in it), and what was returned;
/// - the director takes cues, each after its length (4), and returns outcomes likewise.
contract Understudy {
    /// @notice The node allows less gas than a call is to have: what it does with less tells nothing.
    error TooLittleGas(uint256 available, uint256 asked);

    fallback() external payable {
        if (address(this) == DIRECTOR) _return(_direct(msg.data));
        if (msg.sender == DIRECTOR) _return(_act(msg.data));
        _handOn(_ownCode());
    }

    function _direct(bytes calldata cues) private returns (bytes memory outcomes) {
        while (cues.length != 0) {
            // The length is cut off on purpose.
            // forge-lint: disable-next-line(unsafe-typecast)
            uint256 end = 4 + uint32(bytes4(cues));
            (bool success, bytes memory outcome) = address(bytes20(cues[4:])).call(cues[4:end]);
            if (!success) _revert(outcome);
            outcomes = abi.encodePacked(outcomes, uint32(outcome.length), outcome);
            cues = cues[end:];
        }
    }

    function _act(bytes calldata cue) private returns (bytes memory outcome) {
        address to = address(bytes20(cue[20:]));
        uint256 limit = uint64(bytes8(cue[72:]));
        _warm(to);
        _warm(_ownCode());
        uint256 available = gasleft() - gasleft() / 64;
        if (available < limit) revert TooLittleGas(available, limit);
        if (limit == 0) limit = available;
        uint256 before = gasleft();
        (bool success, bytes memory returned) = to.call{value: uint256(bytes32(cue[40:])), gas: limit}(cue[80:]);
        // No block has that much.
        // forge-lint: disable-next-line(unsafe-typecast)
        return abi.encodePacked(success, uint64(before - gasleft()), returned);
    }

    function _handOn(address code) private {
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if success { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }

    /// @dev Where an account's own code lies. If it has none, nothing stands there, and nothing happens.
    function _ownCode() private view returns (address) {
        return address(~uint160(address(this)));
    }

    /// @dev A transaction finds its receiver warm, and who pays out coins with 2,300 gas has to find the account's code so.
    function _warm(address account) private view {
        assembly ("memory-safe") {
            pop(staticcall(0, account, 0, 0, 0, 0))
        }
    }

    function _return(bytes memory data) private pure {
        assembly ("memory-safe") {
            return(add(data, 0x20), mload(data))
        }
    }

    function _revert(bytes memory data) private pure {
        assembly ("memory-safe") {
            revert(add(data, 0x20), mload(data))
        }
    }
}
