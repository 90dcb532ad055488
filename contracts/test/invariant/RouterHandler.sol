// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdUtils} from "forge-std/StdUtils.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IOFT, MessagingFee, MessagingReceipt, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {DevnetToken} from "../../src/devnet/DevnetToken.sol";
import {Action, Arrival, ArrivalStatus, Grant, Move} from "../../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {FeeToken} from "../mocks/FeeToken.sol";
import {HookToken} from "../mocks/HookToken.sol";
import {LoopbackEndpoint} from "../mocks/LoopbackEndpoint.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {MockAToken} from "../mocks/MockAToken.sol";

/// @notice Owners who move, repay and bridge by themselves, executors who deliver and compose with any gas, markets that close
/// and open, tokens that misbehave, and a stranger who tries everything. Keeps its own books.
contract RouterHandler is CommonBase, StdUtils {
    using SafeERC20 for IERC20;

    struct World {
        CollateralRouter router;
        LoopbackEndpoint endpoint;
        MockAavePool source;
        MockAavePool destination;
        address minter;
        address coin;
        HookToken hookToken;
        FeeToken feeToken;
        address[6] assets;
        address[3] owners;
        uint256[3] keys;
    }

    World private _w;
    address public constant STRANGER = address(0xbad);
    address public constant CLAIMANT = address(0xc1a1);

    /// What the router holds of an asset (coins and wrapped ones together) that is not parked: delivered and not composed yet,
    /// or given.
    mapping(address asset => uint256) public unowned;
    /// How often each guid left the state "parked or unknown".
    mapping(bytes32 guid => uint256) public settlements;
    mapping(bytes32 guid => bool) public delivered;
    /// Sent by its owner without a router.
    mapping(bytes32 guid => bool) public isForeign;
    mapping(bytes32 guid => address) public senderOf;
    mapping(bytes32 guid => address) public assetOf;
    mapping(bytes32 what => uint256) public reached;
    mapping(bytes4 selector => uint256) public calls;
    mapping(bytes4 selector => uint256) public successes;
    /// What must never happen.
    uint256 public strangersLuck;
    uint256 public healthyParked;
    uint256 public foreignCredited;
    uint256 public healthsBroken;
    uint256 public authorizationsLeft;
    uint256 public wrongSums;
    uint256 public idsReused;
    uint256 public recordsChanged;
    uint256 private _ids;

    constructor(World memory world) {
        _w = world;
    }

    modifier counted(bytes4 selector) {
        ++calls[selector];
        _;
    }

    function ownerAt(uint256 i) external view returns (address) {
        return _w.owners[i];
    }

    // ------------------------------------------------------------------ owners

    struct Attempt {
        address owner;
        address asset;
        MockAToken aToken;
        uint256 allowed;
        bool signs;
        Move move;
        Grant grant;
    }

    function send(uint256 who, uint256 what, uint256 amount, uint256 flags) external counted(this.send.selector) {
        Attempt memory attempt;
        (attempt.owner, attempt.asset) = (_w.owners[who % 3], _w.assets[what % 6]);
        amount = bound(amount, 1e12, 10 ether);
        _supplySource(attempt.owner, attempt.asset, amount + 10, bound(flags >> 16, 0, 20 ether));
        attempt.aToken = _w.source.aTokenOf(attempt.asset);
        attempt.move = _move(attempt.asset, amount, flags & 1 == 1 ? Action.Repay : Action.Supply);
        attempt.move.minHealthFactor = bound(flags >> 8, 0, 2e18);
        attempt.allowed = attempt.aToken.allowance(attempt.owner, address(_w.router));
        attempt.signs = flags & 2 == 2;
        if (attempt.signs) {
            attempt.grant = _sign(attempt.aToken, attempt.owner, _w.keys[who % 3], amount + 2);
        } else {
            vm.prank(attempt.owner);
            attempt.aToken.approve(address(_w.router), attempt.allowed + amount + 2);
        }
        _try(attempt);
    }

    function _supplySource(address owner, address asset, uint256 amount, uint256 debt) private {
        _give(owner, asset, amount);
        _w.source.setDebt(owner, 0);
        vm.startPrank(owner);
        IERC20(asset).forceApprove(address(_w.source), amount);
        _w.source.supply(asset, amount, owner, 0);
        vm.stopPrank();
        _w.source.setDebt(owner, debt);
    }

    function _try(Attempt memory attempt) private {
        try this.sendAs(attempt.owner, attempt.move, attempt.grant, attempt.signs) returns (bytes32 guid) {
            (,,,,, uint256 healthFactor) = _w.source.getUserAccountData(attempt.owner);
            if (healthFactor < attempt.move.minHealthFactor) ++healthsBroken;
            uint256 left = attempt.aToken.allowance(attempt.owner, address(_w.router));
            if (left > (attempt.signs ? 0 : attempt.allowed)) ++authorizationsLeft;
            (senderOf[guid], assetOf[guid]) = (attempt.owner, attempt.asset);
            ++reached["sent"];
            ++successes[this.send.selector];
            // The same again is refused.
            try this.sendAs(attempt.owner, attempt.move, attempt.grant, attempt.signs) returns (bytes32) {
                ++idsReused;
            } catch {}
        } catch {
            ++reached["refused"];
            vm.prank(attempt.owner);
            attempt.aToken.approve(address(_w.router), attempt.allowed);
        }
    }

    function sendAs(address owner, Move calldata move, Grant calldata grant, bool signs) external returns (bytes32) {
        vm.deal(owner, 1 ether);
        vm.prank(owner);
        if (signs) return _w.router.sendWithGrant{value: 1 ether}(move, grant);
        return _w.router.send{value: 1 ether}(move);
    }

    /// An owner bridges straight to the router, with a message that is another's move.
    function bridge(uint256 who, uint256 what, uint256 amount) external counted(this.bridge.selector) {
        (address owner, address asset) = (_w.owners[who % 3], _w.assets[what % 6]);
        if (asset == _w.coin || (asset == address(_w.feeToken) && _w.feeToken.takesFee())) return;
        amount = bound(amount, 1, 1e6) * 1e12;
        _give(owner, asset, amount);
        address oft = _w.router.oftOf(asset);
        SendParam memory param = SendParam(
            30_184,
            bytes32(uint256(uint160(address(_w.router)))),
            amount,
            0,
            abi.encodePacked(hex"000301001101", uint128(200_000), hex"010013030000", uint128(400_000)),
            MoveMessage(_w.owners[(who + 1) % 3], false, address(0), address(_w.destination), 0, Action.Supply, 600_000)
                .encode(),
            ""
        );
        vm.deal(owner, 1 ether);
        vm.startPrank(owner);
        IERC20(asset).forceApprove(oft, amount);
        (MessagingReceipt memory receipt,) =
            IOFT(oft).send{value: 0.01 ether}(param, MessagingFee(0.01 ether, 0), owner);
        vm.stopPrank();
        isForeign[receipt.guid] = true;
        (senderOf[receipt.guid], assetOf[receipt.guid]) = (owner, asset);
        ++reached["bridged"];
        ++successes[this.bridge.selector];
    }

    function borrow(uint256 who, uint256 what, uint256 amount) external counted(this.borrow.selector) {
        (address owner, address asset) = (_w.owners[who % 3], _w.assets[what % 6]);
        if (_w.destination.paused() || _w.destination.frozen()) return;
        amount = bound(amount, 1e12, 50 ether);
        address usdc = _w.assets[1];
        _give(owner, usdc, amount * 4);
        _give(address(0xb0b), asset, amount * 2);
        vm.startPrank(address(0xb0b));
        IERC20(asset).forceApprove(address(_w.destination), amount * 2);
        _w.destination.supply(asset, amount * 2, address(0xb0b), 0);
        vm.stopPrank();
        vm.startPrank(owner);
        IERC20(usdc).forceApprove(address(_w.destination), amount * 4);
        _w.destination.supply(usdc, amount * 4, owner, 0);
        _w.destination.borrow(asset, amount);
        vm.stopPrank();
        ++reached["borrowed"];
        ++successes[this.borrow.selector];
    }

    function retry(uint256 which) external counted(this.retry.selector) {
        (bool some, bytes32 guid) = _pickParked(which);
        if (!some || isForeign[guid]) return;
        (bool healthy, address asset) = (_isHealthy(guid), assetOf[guid]);
        uint256 sum = _sumOf(senderOf[guid], asset);
        vm.prank(senderOf[guid]);
        try _w.router.retry(guid) {
            ++settlements[guid];
            ++reached["retried"];
            ++successes[this.retry.selector];
            _checkSum(guid, sum);
        } catch (bytes memory reason) {
            // An owner can always retry where the market is open.
            if (healthy) _bubble(reason);
        }
    }

    function claim(uint256 which) external counted(this.claim.selector) {
        (bool some, bytes32 guid) = _pickParked(which);
        // A claim always works: without patience nothing would be left to retry.
        if (!some || (which % 4 != 0 && !isForeign[guid])) return;
        uint256 before = IERC20(assetOf[guid]).balanceOf(CLAIMANT);
        vm.prank(senderOf[guid]);
        _w.router.claim(guid, CLAIMANT);
        uint256 paid = IERC20(assetOf[guid]).balanceOf(CLAIMANT) - before;
        uint256 amount = _w.router.arrival(guid).amount;
        if (paid != amount && assetOf[guid] != address(_w.feeToken)) ++wrongSums;
        ++settlements[guid];
        ++reached["claimed"];
        ++successes[this.claim.selector];
    }

    // ------------------------------------------------------------------ executors and markets

    function deliver(uint256 which) external counted(this.deliver.selector) {
        (bool some, bytes32 guid) = _pick(which);
        if (!some || delivered[guid]) return;
        uint256 before = _holding(assetOf[guid]);
        _w.endpoint.deliver(guid);
        delivered[guid] = true;
        unowned[assetOf[guid]] += _holding(assetOf[guid]) - before;
        ++reached["delivered"];
        ++successes[this.deliver.selector];
    }

    function compose(uint256 which, uint256 gasLimit, uint256 value) external counted(this.compose.selector) {
        (bool some, bytes32 guid) = _pick(which);
        if (!some || !_w.endpoint.isQueued(guid)) return;
        bool healthy = _isHealthy(guid);
        uint256 sum = _sumOf(senderOf[guid], assetOf[guid]);
        value = value % 8 == 0 ? 1 : 0;
        vm.deal(address(this), value);
        try _w.endpoint.compose{gas: bound(gasLimit, 200_000, 2_000_000), value: value}(guid) {
            Arrival memory arrived = _w.router.arrival(guid);
            unowned[assetOf[guid]] -= arrived.amount;
            if (arrived.status == ArrivalStatus.Credited) {
                ++settlements[guid];
                if (isForeign[guid]) ++foreignCredited;
                ++reached[arrived.action == Action.Supply ? bytes32("credited") : bytes32("repaid")];
                _checkSum(guid, sum);
            } else {
                if (healthy) ++healthyParked;
                ++reached[isForeign[guid] ? bytes32("parked for its sender") : bytes32("parked")];
            }
            if (arrived.owner != senderOf[guid]) ++recordsChanged;
            ++successes[this.compose.selector];
        } catch {
            ++reached["queued"];
        }
    }

    function close(uint256 which) external counted(this.close.selector) {
        _w.destination.setPaused(which % 4 == 1);
        _w.destination.setFrozen(which % 4 == 2);
        _w.feeToken.setTakesFee(which % 16 == 3);
        // A token that calls out on every transfer: into the router, or not.
        bytes memory door = abi.encodeCall(_w.router.claim, (_lastGuid(), STRANGER));
        _w.hookToken.setHook(which % 3 == 0 ? address(_w.router) : address(0), door);
        ++successes[this.close.selector];
    }

    function donate(uint256 what, uint256 amount, bool coins) external counted(this.donate.selector) {
        address asset = _w.assets[what % 6];
        amount = bound(amount, 1, 10 ether);
        if (coins) {
            asset = _w.coin;
            vm.deal(address(this), amount);
            (bool ok,) = address(_w.router).call{value: amount}("");
            if (!ok) return;
        } else {
            _give(address(_w.router), asset, amount);
        }
        unowned[asset] += amount;
        ++successes[this.donate.selector];
    }

    /// Everything that a stranger can call, with the best arguments there are.
    function intrude(uint256 which, uint256 amount) external counted(this.intrude.selector) {
        (, bytes32 guid) = _pick(which);
        bytes memory body =
            MoveMessage(STRANGER, false, STRANGER, address(_w.destination), 0, Action.Supply, 600_000).encode();
        bytes memory message =
            abi.encodePacked(uint64(1), uint32(30_184), amount, bytes32(uint256(uint160(address(_w.router)))), body);
        Grant memory grant;
        Move memory move = _move(_w.assets[which % 6], 1 ether, Action.Supply);
        bytes[7] memory attempts = [
            abi.encodeCall(_w.router.retry, (guid)),
            abi.encodeCall(_w.router.claim, (guid, STRANGER)),
            abi.encodeCall(_w.router.settle, (guid)),
            abi.encodeCall(_w.router.lzCompose, (_w.router.oftOf(_w.assets[0]), guid, message, STRANGER, "")),
            abi.encodeCall(_w.router.send, (move)),
            abi.encodeCall(_w.router.sendWithGrant, (move, grant)),
            abi.encodeWithSignature("transfer(address,uint256)", STRANGER, amount)
        ];
        for (uint256 i = 0; i < attempts.length; ++i) {
            vm.deal(STRANGER, 1 ether);
            vm.prank(STRANGER);
            (bool ok,) = address(_w.router).call{value: i == 4 || i == 5 ? 0.01 ether : 0}(attempts[i]);
            if (ok) ++strangersLuck;
        }
        vm.prank(STRANGER);
        _w.endpoint.sendCompose(address(_w.router), keccak256(abi.encode(guid, ++_ids)), 1, message);
        ++reached["intruded"];
        ++successes[this.intrude.selector];
    }

    // ------------------------------------------------------------------ books

    /// What an owner has of an asset where moves end: collateral, wallet, less debt.
    function _sumOf(address owner, address asset) private view returns (uint256) {
        return 1e30 + _w.destination.aTokenOf(asset).balanceOf(owner) + IERC20(asset).balanceOf(owner)
            - _w.destination.debtTokenOf(asset).balanceOf(owner);
    }

    /// A settlement gives its owner what arrived, to the units of rounding.
    function _checkSum(bytes32 guid, uint256 before) private {
        // What a fee took is not the router's doing.
        if (assetOf[guid] == address(_w.feeToken)) return;
        uint256 gained = _sumOf(senderOf[guid], assetOf[guid]) - before;
        uint256 amount = _w.router.arrival(guid).amount;
        if (gained > amount + 3 || gained + 3 < amount) ++wrongSums;
    }

    /// Whether the market would take what is on its way.
    function _isHealthy(bytes32 guid) private view returns (bool) {
        if (isForeign[guid] || _w.destination.paused()) return false;
        if (assetOf[guid] == address(_w.feeToken) && _w.feeToken.takesFee()) return false;
        if (!_repays(guid)) return !_w.destination.frozen();
        return _w.destination.debtTokenOf(assetOf[guid]).balanceOf(senderOf[guid]) != 0;
    }

    function _repays(bytes32 guid) private view returns (bool) {
        Arrival memory arrived = _w.router.arrival(guid);
        if (arrived.status != ArrivalStatus.None) return arrived.action == Action.Repay;
        bytes memory message = _w.endpoint.composed(guid).message;
        uint256 action;
        // Behind the header, version, owner, code, recovery, market and its id.
        assembly ("memory-safe") {
            action := mload(add(message, add(0x20, add(76, 192))))
        }
        return action == 1;
    }

    function _holding(address asset) private view returns (uint256) {
        uint256 coins = asset == _w.coin ? address(_w.router).balance : 0;
        return IERC20(asset).balanceOf(address(_w.router)) + coins;
    }

    function holding(address asset) external view returns (uint256) {
        return _holding(asset);
    }

    function _give(address to, address asset, uint256 amount) private {
        if (asset == _w.coin) vm.deal(asset, asset.balance + amount);
        vm.prank(_w.minter);
        DevnetToken(asset).mint(to, amount);
    }

    function _sign(MockAToken aToken, address owner, uint256 key, uint256 value)
        private
        view
        returns (Grant memory grant)
    {
        (grant.value, grant.deadline) = (value, type(uint256).max);
        uint256 nonce = aToken.nonces(owner);
        bytes32 digest = aToken.permitDigest(owner, address(_w.router), value, nonce, grant.deadline);
        (grant.give.v, grant.give.r, grant.give.s) = vm.sign(key, digest);
        digest = aToken.permitDigest(owner, address(_w.router), 0, nonce + 1, grant.deadline);
        (grant.takeBack.v, grant.takeBack.r, grant.takeBack.s) = vm.sign(key, digest);
    }

    function _move(address asset, uint256 amount, Action action) private returns (Move memory) {
        return Move({
            id: bytes32(++_ids),
            market: address(_w.source),
            marketId: 0,
            asset: asset,
            amount: amount,
            minAmount: 0,
            minHealthFactor: 1e18,
            dstEid: 30_184,
            action: action,
            dstMarket: address(_w.destination),
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

    function _lastGuid() private view returns (bytes32) {
        uint256 count = _w.endpoint.guidCount();
        return count == 0 ? bytes32(0) : _w.endpoint.guids(count - 1);
    }

    function _pick(uint256 which) private view returns (bool some, bytes32 guid) {
        uint256 count = _w.endpoint.guidCount();
        if (count == 0) return (false, 0);
        return (true, _w.endpoint.guids(which % count));
    }

    function _pickParked(uint256 which) private view returns (bool some, bytes32 guid) {
        uint256 count = _w.endpoint.guidCount();
        for (uint256 i = 0; i < count; ++i) {
            guid = _w.endpoint.guids((which % count + i) % count);
            if (_w.router.arrival(guid).status == ArrivalStatus.Parked) return (true, guid);
        }
        return (false, 0);
    }
}
