// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IOFT, MessagingFee, MessagingReceipt, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {Action, Arrival, ArrivalStatus, Grant, Move, Protocol} from "../../src/interfaces/ICollateralRouter.sol";
import {IPositionDesk, Place} from "../../src/interfaces/IPositionDesk.sol";
import {MoveMessage} from "../../src/libraries/MoveMessage.sol";
import {FeeToken} from "../mocks/FeeToken.sol";
import {HookToken} from "../mocks/HookToken.sol";
import {Books} from "./Books.sol";
import {Owners} from "./Owners.sol";

/// @notice Owners who move, repay, borrow and bridge by themselves, at markets of every protocol; executors who deliver and
/// compose with any gas; markets that close and open, prices that move, tokens that misbehave; and a stranger who tries everything.
contract RouterHandler is Owners {
    using SafeERC20 for IERC20;

    mapping(bytes32 what => uint256) public reached;
    mapping(bytes4 selector => uint256) public calls;
    mapping(bytes4 selector => uint256) public successes;
    /// What must never happen.
    uint256 public strangersLuck;
    uint256 public healthyParked;
    uint256 public healthyRefused;
    uint256 public foreignCredited;
    uint256 public healthsBroken;
    uint256 public authoritiesLeft;
    uint256 public wrongSums;
    uint256 public idsReused;
    uint256 public recordsChanged;
    uint256 public phantoms;

    constructor(World memory world) Books(world) {}

    modifier counted() {
        ++calls[msg.sig];
        _;
        // What a token delivered in the middle of it.
        if (_armed != 0 && !delivered[_armed] && _w.endpoint.packetOf(_armed).delivered) {
            delivered[_armed] = true;
            unowned[assetOf(_armed)] += _sendings[_armed].amount;
            ++reached["delivered by a token"];
        }
    }

    function _succeed(bytes32 end) private {
        ++reached[end];
        ++successes[msg.sig];
    }

    // ------------------------------------------------------------------ owners

    function send(uint256 who, uint256 what, uint256 amount, uint256 flags) external counted {
        Attempt memory attempt;
        (attempt.owner, attempt.key) = (_w.owners[who % 3], _w.keys[who % 3]);
        // Most protocols know two of them only.
        attempt.what = what % 8 > 5 ? what % 2 : what % 8;
        if (_refuses(attempt.owner, attempt.what)) return;
        if (attempt.what == WETH) attempt.from = (flags >> 5) % 4;
        if (attempt.what <= USDC) attempt.to = (flags >> 8) % 4;
        if (flags & 1 == 1 && attempt.what == USDC) attempt.to = _whereOwing(attempt.owner, attempt.to);
        if ((flags >> 11) % 8 == 0) attempt.to = NOWHERE;
        bool repays = flags & 1 == 1 && (flags & 1024 == 1024 || _owes(attempt.owner, attempt.what, attempt.to));
        attempt.move = _moveOf(attempt, _amountOf(attempt.what, amount));
        if (repays) attempt.move.action = Action.Repay;
        (attempt.signs, attempt.isLavish) = (flags & 2 == 2, flags & 4 == 4);
        if (flags & 8 == 8) attempt.move.recovery = RECOVERY;
        attempt.move.minHealthFactor = _bound(flags >> 16, 0, 2e18);
        // Half of them owe something at Aave, where as much stays as goes.
        uint256 debt = flags & 16_384 == 0 ? 0 : _bound(flags >> 80, 0, attempt.move.amount);
        _deposit(attempt, 2 * attempt.move.amount + 10, debt);
        attempt.need = _needOf(attempt);
        attempt.authorityBefore = _authorityOf(attempt);
        if (attempt.signs) {
            attempt.grant = _sign(attempt);
            if (flags & 16 == 16) _frontRun(attempt);
        } else {
            _authorise(attempt);
        }
        attempt.authority = _authorityOf(attempt);
        attempt.sum = _sumOf(attempt.owner, attempt.what);
        _try(attempt);
        if (!attempt.isLavish && !attempt.signs) _setAuthority(attempt, attempt.authorityBefore);
    }

    function _try(Attempt memory attempt) private {
        try this.sendAs(attempt.owner, attempt.move, attempt.grant, attempt.signs) returns (bytes32 guid) {
            uint256 amount = _w.router.sentMove(attempt.owner, attempt.move.id).amount;
            if (!_isAuthorityAsItShouldBe(attempt)) ++authoritiesLeft;
            if (!_isHealthAsSigned(attempt)) ++healthsBroken;
            if (!_isAbout(attempt.what, _sumOf(attempt.owner, attempt.what) + amount, attempt.sum)) ++wrongSums;
            _sendings[guid] = Sending({
                sender: attempt.owner,
                recovery: attempt.move.recovery,
                what: attempt.what,
                to: attempt.to,
                repays: attempt.move.action == Action.Repay,
                isForeign: false,
                amount: amount
            });
            ++reached[
                [bytes32("sent from Aave"), "sent from Morpho", "sent from a Comet", "sent from Compound"][attempt.from]
            ];
            if (attempt.signs) ++reached["sent by signature"];
            _succeed("sent");
            // The same again is refused.
            try this.sendAs(attempt.owner, attempt.move, attempt.grant, attempt.signs) returns (bytes32) {
                ++idsReused;
            } catch (bytes memory reason) {
                if (!_isAlreadySent(reason)) ++idsReused;
            }
        } catch {
            ++reached["refused"];
            _setAuthority(attempt, attempt.authorityBefore);
        }
    }

    /// The first market, from one on, where the owner owes something.
    function _whereOwing(address owner, uint256 to) private view returns (uint256) {
        for (uint256 i = 0; i < 4; ++i) {
            if (_owes(owner, USDC, (to + i) % 4)) return (to + i) % 4;
        }
        return to;
    }

    function sendAs(address owner, Move calldata move, Grant calldata grant, bool signs) external returns (bytes32) {
        vm.deal(owner, 1 ether);
        vm.prank(owner);
        if (signs) return _w.router.sendWithGrant{value: 0.01 ether}(move, grant);
        return _w.router.send{value: 1 ether}(move);
    }

    /// An owner bridges straight to the router, with a message that is another's move.
    function bridge(uint256 who, uint256 what, uint256 amount) external counted {
        (who, what) = (who % 3, what % 6);
        if (what == FEE && FeeToken(_w.assets[FEE]).takesFee()) return;
        address owner = _w.owners[who];
        if (_refuses(owner, what)) return;
        amount = _amountOf(what, amount);
        // Without dust.
        amount -= amount % (what == USDC ? 1 : what == 4 ? 1e2 : 1e12);
        IOFT oft = IOFT(_w.router.oftOf(_w.assets[what]));
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
        if (what != COIN) _give(owner, what, amount);
        uint256 value = what == COIN ? amount + 0.01 ether : 0.01 ether;
        vm.deal(owner, value);
        vm.startPrank(owner);
        if (what != COIN) IERC20(_w.assets[what]).forceApprove(address(oft), amount);
        (MessagingReceipt memory receipt,) = oft.send{value: value}(param, MessagingFee(0.01 ether, 0), owner);
        vm.stopPrank();
        _sendings[receipt.guid] = Sending(owner, address(0), what, NOWHERE, false, true, amount);
        if (what == COIN) ++reached["coins bridged"];
        _succeed("bridged");
    }

    function borrow(uint256 who, uint256 where, uint256 what, uint256 amount) external counted {
        address owner = _w.owners[who % 3];
        (where, what) = (where % 4, where % 4 == AAVE ? what % 6 : USDC);
        amount = _amountOf(what, amount);
        if (!_lends(where) || (what == HOOK && _hookIsOn)) return;
        address asset = _w.assets[what];
        // What backs it, and at Aave others' money.
        uint256 backing = where == AAVE ? amount * 4 : 1 ether;
        _give(owner, where == AAVE ? USDC : WETH, backing);
        if (where == AAVE) {
            _give(address(0xb0b), what, amount * 2);
            vm.startPrank(address(0xb0b));
            IERC20(asset).forceApprove(address(_w.destination), amount * 2);
            _w.destination.supply(asset, amount * 2, address(0xb0b), 0);
            vm.stopPrank();
        }
        vm.startPrank(owner);
        if (where == AAVE) {
            IERC20(_w.assets[USDC]).forceApprove(address(_w.destination), backing);
            _w.destination.supply(_w.assets[USDC], backing, owner, 0);
            _w.destination.borrow(asset, amount);
        } else if (where == MORPHO) {
            IERC20(_w.assets[WETH]).forceApprove(address(_w.morpho), backing);
            _w.morpho.supplyCollateral(_w.params, backing, owner, "");
            _w.morpho.borrow(_w.params, amount, owner, owner);
        } else if (where == COMET) {
            IERC20(_w.assets[WETH]).forceApprove(address(_w.comet), backing);
            _w.comet.supplyTo(owner, _w.assets[WETH], backing);
            _w.comet.withdrawFrom(owner, owner, asset, amount);
        } else {
            IERC20(_w.assets[WETH]).forceApprove(address(_w.vWeth), backing);
            _w.vWeth.mint(backing);
            _w.comptroller.enter(owner, address(_w.vWeth));
            _w.vUsdc.borrow(amount);
        }
        vm.stopPrank();
        _succeed(
            [bytes32("borrowed of Aave"), "borrowed of Morpho", "borrowed of a Comet", "borrowed of Compound"][where]
        );
    }

    /// Whether what backs a debt would be taken.
    function _lends(uint256 where) private view returns (bool) {
        if (where == MORPHO) return !_w.morpho.paused();
        if (where == COMET) return !_w.comet.isSupplyPaused();
        if (where == COMPOUND) return !_w.vWeth.paused();
        return !_w.destination.paused() && !_w.destination.frozen() && _w.destination.supplyCap() != 0;
    }

    function retry(uint256 which) external counted {
        bytes32 guid = _pickParked(which);
        if (guid == 0) return;
        Sending memory sending = _sendings[guid];
        bool isHealthy = _isHealthy(guid);
        uint256 sum = _sumOf(sending.sender, sending.what);
        vm.prank(which % 2 == 1 && sending.recovery != address(0) ? sending.recovery : sending.sender);
        try _w.router.retry(guid) {
            ++settlements[guid];
            if (sending.isForeign) ++foreignCredited;
            _checkSum(sending, sum);
            _succeed("retried");
        } catch {
            // An owner can always retry where the market is open.
            if (isHealthy) ++healthyRefused;
        }
    }

    function claim(uint256 which) external counted {
        bytes32 guid = _pickParked(which);
        Sending memory sending = _sendings[guid];
        // A claim always works: without patience nothing would be left to retry.
        if (guid == 0 || (which % 4 != 0 && !sending.isForeign)) return;
        IERC20 asset = IERC20(_w.assets[sending.what]);
        address to = _refuses(CLAIMANT, sending.what) ? RECOVERY : CLAIMANT;
        uint256 before = asset.balanceOf(to);
        vm.prank(which % 8 == 0 && sending.recovery != address(0) ? sending.recovery : sending.sender);
        _w.router.claim(guid, to);
        if (asset.balanceOf(to) - before != sending.amount && sending.what != FEE) ++wrongSums;
        ++settlements[guid];
        _succeed("claimed");
    }

    // ------------------------------------------------------------------ executors, markets, prices, tokens

    function deliver(uint256 which) external counted {
        bytes32 guid = _pickUndelivered(which);
        if (guid == 0) return;
        Sending memory sending = _sendings[guid];
        uint256 before = holding(sending.what);
        try _w.endpoint.deliver(guid) {
            delivered[guid] = true;
            // What a fee took has not arrived.
            uint256 arrived = sending.what == FEE ? holding(FEE) - before : sending.amount;
            unowned[assetOf(guid)] += arrived;
            _succeed("delivered");
        } catch {
            // A token that refuses the router is delivered later.
            ++reached["undelivered"];
            if (sending.what != HOOK || !_hookIsOn) ++healthyRefused;
        }
    }

    function compose(uint256 which, uint256 gasLimit, uint256 value) external counted {
        bytes32 guid = _pickQueued(which);
        if (guid == 0) return;
        Sending memory sending = _sendings[guid];
        bool isHealthy = _isHealthy(guid);
        uint256 sum = _sumOf(sending.sender, sending.what);
        value = value % 8 == 0 ? 1 : 0;
        vm.deal(address(this), value);
        try _w.endpoint.compose{gas: _bound(gasLimit, 30_000, 3_000_000), value: value}(guid) {
            _book(guid, sending, sum, isHealthy);
        } catch {
            ++reached["queued"];
        }
    }

    function _book(bytes32 guid, Sending memory sending, uint256 sum, bool isHealthy) private {
        address asset = _w.assets[sending.what];
        Arrival memory arrived = _w.router.arrival(guid);
        if (arrived.owner != sending.sender || arrived.amount != sending.amount || arrived.asset != asset) {
            ++recordsChanged;
        }
        // Settled with what is not there.
        if (unowned[asset] < arrived.amount) ++phantoms;
        else unowned[asset] -= arrived.amount;
        if (arrived.status == ArrivalStatus.Credited) {
            ++settlements[guid];
            if (sending.isForeign) ++foreignCredited;
            _checkSum(sending, sum);
            ++reached[
                [
                    bytes32("settled at Aave"), "settled at Morpho", "settled at a Comet", "settled at Compound"
                ][sending.to]
            ];
            _succeed(sending.repays ? bytes32("repaid") : bytes32("credited"));
        } else {
            if (isHealthy) ++healthyParked;
            if (_sumOf(sending.sender, sending.what) != sum) ++wrongSums;
            _succeed(sending.isForeign ? bytes32("parked for its sender") : bytes32("parked"));
        }
    }

    /// A settlement gives its owner what arrived, to the units of rounding.
    function _checkSum(Sending memory sending, uint256 before) private {
        // What a fee took is not the router's doing.
        if (sending.what == FEE) return;
        if (!_isAbout(sending.what, _sumOf(sending.sender, sending.what), before + sending.amount)) ++wrongSums;
    }

    /// Half of the time everything is open.
    function close(uint256 which) external counted {
        uint256 closed = which % 2 == 0 ? 0 : (which >> 1) & (which >> 32);
        _w.destination.setPaused(closed & 1 == 1);
        _w.destination.setFrozen(closed & 2 == 2);
        _w.destination.setSupplyCap(closed & 4 == 4 ? 0 : type(uint256).max);
        _w.morpho.setPaused(closed & 8 == 8);
        _w.comet.setSupplyPaused(closed & 16 == 16);
        _w.vWeth.setPaused(closed & 32 == 32);
        _w.vUsdc.setPaused(closed & 64 == 64);
        FeeToken(_w.assets[FEE]).setTakesFee(closed & 128 == 128);
        _misbehave(which % 2 == 0 ? 0 : which >> 64);
        _succeed("closed");
    }

    /// A token that refuses somebody, or that calls out on every transfer: into the router, or to deliver what is on its way.
    function _misbehave(uint256 how) private {
        HookToken token = HookToken(_w.assets[HOOK]);
        address[4] memory some =
            [address(_w.router), address(_w.destination.aTokenOf(address(token))), CLAIMANT, _w.owners[(how >> 8) % 3]];
        _hookIsOn = how % 4 != 0;
        for (uint256 i = 0; i < 4; ++i) {
            token.setBlocked(some[i], how % 4 == 1 && (how >> 2) % 4 == i);
        }
        for (uint256 i = 0; i < 3; ++i) {
            if (some[3] != _w.owners[i]) token.setBlocked(_w.owners[i], false);
        }
        bytes32 guid = _pick(how >> 4);
        if (how % 4 == 2) {
            bytes[3] memory doors = [
                abi.encodeCall(_w.router.claim, (guid, STRANGER)),
                abi.encodeCall(_w.router.retry, (guid)),
                abi.encodeCall(_w.router.settle, (guid))
            ];
            token.setHook(address(_w.router), doors[(how >> 2) % 3]);
            return;
        }
        guid = _pickUndelivered(how >> 4);
        // How much arrives with a fee is not known here.
        if (how % 4 == 3 && guid != 0 && _sendings[guid].what != FEE) {
            _armed = guid;
            token.setHook(address(_w.endpoint), abi.encodeCall(_w.endpoint.deliver, (guid)));
        } else {
            token.setHook(address(0), "");
        }
    }

    /// Time, interest and prices.
    function pass(uint256 time, uint256 price) external counted {
        time = _bound(time, 1, 7 days);
        vm.warp(block.timestamp + time);
        // As much a second everywhere: a billionth.
        _w.source.setIndex(_w.source.index() + _w.source.index() * time / 1e9);
        _w.destination.setIndex(_w.destination.index() + _w.destination.index() * time / 1e9);
        _w.destination.setDebtIndex(_w.destination.debtIndex() + _w.destination.debtIndex() * time / 1e9);
        _w.morpho.accrueInterest(_w.params);
        _w.comet.accrueAccount(address(this));
        _w.vWeth.accrueInterest();
        _w.vUsdc.accrueInterest();
        price = [uint256(2000), 1200, 3000][price % 3];
        _w.oracle.setPrice(price * 1e24);
        _w.comet.setPrice(address(0xfeed0000), price * 1e8);
        _w.comptroller.setPrice(address(_w.vWeth), price * 1e18);
        _succeed("passed");
    }

    function donate(uint256 what, uint256 amount, bool coins) external counted {
        (what, amount) = (coins ? COIN : what % 6, _bound(amount, 1, 10 ether));
        if (what == HOOK && _hookIsOn) return;
        if (coins) {
            vm.deal(address(this), amount);
            (bool ok,) = address(_w.router).call{value: amount}("");
            if (!ok) return;
        } else {
            _give(address(_w.router), what, amount);
        }
        unowned[_w.assets[what]] += amount;
        _succeed("given");
    }

    /// Everything that a stranger can call, with the best arguments there are.
    function intrude(uint256 which, uint256 amount, uint256 flags) external counted {
        bytes32 guid = _pick(which);
        address victim = _w.owners[which % 3];
        uint256 sum = _sumOf(victim, flags % 6);
        Attempt memory attempt;
        (attempt.what, attempt.from, attempt.to) = (flags % 6, (flags >> 5) % 4, (flags >> 8) % 4);
        Move memory move = _moveOf(attempt, 1 ether);
        Grant memory grant;
        bytes memory message = _forged(amount);
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
            _attempt(address(_w.router), i == 4 || i == 5 ? 0.01 ether : 0, attempts[i]);
        }
        Place memory place = Place(
            Protocol.MorphoBlue, address(_w.morpho), _w.marketId, _w.assets[which % 2], address(_w.vWeth), STRANGER
        );
        _attempt(address(_w.router.desk()), 0, abi.encodeCall(IPositionDesk.supply, (place, 0)));
        _attempt(address(_w.router.desk()), 0, abi.encodeCall(IPositionDesk.repay, (place, 0)));
        vm.prank(STRANGER);
        _w.endpoint.sendCompose(address(_w.router), keccak256(abi.encode(guid, ++_ids)), 1, message);
        if (_sumOf(victim, flags % 6) != sum) ++strangersLuck;
        _succeed("intruded");
    }

    function _forged(uint256 amount) private view returns (bytes memory) {
        bytes memory body =
            MoveMessage(STRANGER, false, STRANGER, address(_w.destination), 0, Action.Supply, 600_000).encode();
        return abi.encodePacked(uint64(1), uint32(30_184), amount, bytes32(uint256(uint160(address(_w.router)))), body);
    }

    function _attempt(address target, uint256 value, bytes memory data) private {
        vm.deal(STRANGER, 1 ether);
        vm.prank(STRANGER);
        (bool ok,) = target.call{value: value}(data);
        if (ok) ++strangersLuck;
    }
}
