// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdUtils} from "forge-std/StdUtils.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {DevnetOFT} from "../../src/devnet/DevnetOFT.sol";
import {Action, Arrival, ArrivalStatus, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {LoopbackEndpoint} from "../mocks/LoopbackEndpoint.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";

/// @notice Owners who move, executors who deliver and compose with any gas, markets that close and open, and a stranger who
/// tries everything. Keeps its own books.
contract RouterHandler is CommonBase, StdUtils {
    CollateralRouter private immutable ROUTER;
    LoopbackEndpoint private immutable ENDPOINT;
    MockAavePool private immutable SOURCE;
    MockAavePool private immutable DESTINATION;
    DevnetOFT private immutable WETH;
    address[3] public owners;
    address public constant STRANGER = address(0xbad);

    /// Delivered to the router, neither composed nor paid out.
    uint256 public uncomposed;
    /// Given to the router by nobody's move.
    uint256 public donated;
    /// How often each guid left the state "parked or unknown".
    mapping(bytes32 guid => uint256) public settlements;
    mapping(bytes32 guid => bool) public delivered;
    mapping(address owner => uint256) public sentBy;
    mapping(address owner => uint256) public claimedBy;
    mapping(bytes32 action => uint256) public reached;
    uint256 public strangersLuck;
    uint256 public healthyParked;
    uint256 private _ids;

    constructor(
        CollateralRouter router,
        LoopbackEndpoint endpoint,
        MockAavePool source,
        MockAavePool destination,
        DevnetOFT weth,
        address[3] memory owners_
    ) {
        (ROUTER, ENDPOINT, SOURCE, DESTINATION, WETH) = (router, endpoint, source, destination, weth);
        owners = owners_;
    }

    function send(uint256 who, uint256 amount) external {
        address owner = owners[who % 3];
        amount = bound(amount, 1e12, 100 ether);
        vm.prank(WETH.owner());
        WETH.mint(owner, amount + 10);
        vm.startPrank(owner);
        WETH.approve(address(SOURCE), amount + 10);
        SOURCE.supply(address(WETH), amount + 10, owner, 0);
        SOURCE.aTokenOf(address(WETH)).approve(address(ROUTER), amount + 2);
        vm.deal(owner, 1 ether);
        ROUTER.send{value: 1 ether}(_move(amount));
        vm.stopPrank();
        sentBy[owner] += amount / 1e12 * 1e12;
        ++reached["send"];
    }

    function deliver(uint256 which) external {
        (bool some, bytes32 guid) = _pick(which);
        if (!some || delivered[guid]) return;
        ENDPOINT.deliver(guid);
        delivered[guid] = true;
        uncomposed += _amountOf(guid);
        ++reached["deliver"];
    }

    function compose(uint256 which, uint256 gasLimit, uint256 value) external {
        (bool some, bytes32 guid) = _pick(which);
        if (!some || !ENDPOINT.isQueued(guid)) return;
        bool healthy = !DESTINATION.paused() && !DESTINATION.frozen();
        value = value % 8 == 0 ? 1 : 0;
        vm.deal(address(this), value);
        try ENDPOINT.compose{gas: bound(gasLimit, 200_000, 2_000_000), value: value}(guid) {
            uncomposed -= _amountOf(guid);
            if (ROUTER.arrival(guid).status == ArrivalStatus.Credited) ++settlements[guid];
            else if (healthy) ++healthyParked;
            ++reached[healthy ? bytes32("credited") : bytes32("parked")];
        } catch {
            ++reached["queued"];
        }
    }

    function close(bool paused, bool frozen) external {
        DESTINATION.setPaused(paused);
        DESTINATION.setFrozen(frozen);
    }

    function retry(uint256 which) external {
        (bool some, bytes32 guid) = _pickParked(which);
        if (!some) return;
        bool healthy = !DESTINATION.paused() && !DESTINATION.frozen();
        vm.prank(ROUTER.arrival(guid).owner);
        try ROUTER.retry(guid) {
            ++settlements[guid];
            ++reached["retried"];
        } catch (bytes memory reason) {
            // An owner can always retry where the market is open.
            if (healthy) _bubble(reason);
        }
    }

    function claim(uint256 which) external {
        // A claim always works: without patience nothing would be left to retry.
        if (which % 4 != 0) return;
        (bool some, bytes32 guid) = _pickParked(which);
        if (!some) return;
        Arrival memory arrival = ROUTER.arrival(guid);
        vm.prank(arrival.owner);
        ROUTER.claim(guid, address(0xc1a1));
        claimedBy[arrival.owner] += arrival.amount;
        ++settlements[guid];
        ++reached["claimed"];
    }

    function donate(uint256 amount) external {
        amount = bound(amount, 1, 10 ether);
        vm.prank(WETH.owner());
        WETH.mint(address(ROUTER), amount);
        donated += amount;
    }

    /// Everything that a stranger can call, with the best arguments there are.
    function intrude(uint256 which, uint256 amount) external {
        (, bytes32 guid) = _pick(which);
        bytes memory body =
            MoveMessage(STRANGER, false, STRANGER, address(DESTINATION), 0, Action.Supply, 600_000).encode();
        bytes memory message =
            abi.encodePacked(uint64(1), uint32(30_184), amount, bytes32(uint256(uint160(address(ROUTER)))), body);
        bytes[6] memory calls = [
            abi.encodeCall(ROUTER.retry, (guid)),
            abi.encodeCall(ROUTER.claim, (guid, STRANGER)),
            abi.encodeCall(ROUTER.settle, (guid)),
            abi.encodeCall(ROUTER.lzCompose, (address(WETH), guid, message, STRANGER, "")),
            abi.encodeCall(ROUTER.send, (_move(1 ether))),
            abi.encodeWithSignature("transfer(address,uint256)", STRANGER, amount)
        ];
        vm.deal(STRANGER, 1 ether);
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(STRANGER);
            (bool ok,) = address(ROUTER).call{value: i == 4 ? 0.01 ether : 0}(calls[i]);
            if (ok) ++strangersLuck;
        }
        vm.prank(STRANGER);
        ENDPOINT.sendCompose(address(ROUTER), keccak256(abi.encode(guid, ++_ids)), 1, message);
        ++reached["intruded"];
    }

    function _move(uint256 amount) private returns (Move memory) {
        return Move({
            id: bytes32(++_ids),
            market: address(SOURCE),
            marketId: 0,
            asset: address(WETH),
            amount: amount,
            minAmount: 0,
            minHealthFactor: 1e18,
            dstEid: 30_184,
            action: Action.Supply,
            dstMarket: address(DESTINATION),
            dstMarketId: 0,
            recovery: address(0),
            deadline: type(uint64).max,
            deliveryGas: 200_000,
            settleGas: 600_000
        });
    }

    function _bubble(bytes memory reason) private pure {
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    function _pick(uint256 which) private view returns (bool some, bytes32 guid) {
        uint256 count = ENDPOINT.guidCount();
        if (count == 0) return (false, 0);
        return (true, ENDPOINT.guids(which % count));
    }

    function _pickParked(uint256 which) private view returns (bool some, bytes32 guid) {
        uint256 count = ENDPOINT.guidCount();
        for (uint256 i = 0; i < count; ++i) {
            guid = ENDPOINT.guids((which % count + i) % count);
            if (ROUTER.arrival(guid).status == ArrivalStatus.Parked) return (true, guid);
        }
    }

    /// The amount of the compose message, behind nonce and source.
    function _amountOf(bytes32 guid) private view returns (uint256 amount) {
        bytes memory message = ENDPOINT.composed(guid).message;
        assembly ("memory-safe") {
            amount := mload(add(message, 0x2c))
        }
    }
}
