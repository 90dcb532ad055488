// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ILayerZeroComposer} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroComposer.sol";
import {
    ILayerZeroEndpointV2,
    MessagingFee,
    MessagingReceipt
} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {IOFT, OFTReceipt, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {OFTComposeMsgCodec} from "@layerzerolabs/oft-evm/contracts/libs/OFTComposeMsgCodec.sol";
import {AaveV3Connector} from "./connectors/AaveV3Connector.sol";
import {
    Arrival,
    ArrivalStatus,
    ICollateralRouter,
    Move,
    MoveQuote,
    Permit,
    RouterConfig,
    SentMove
} from "./interfaces/ICollateralRouter.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";
import {ExecutorOptions} from "./libraries/ExecutorOptions.sol";
import {MoveMessage, MoveMessageCodec} from "./libraries/MoveMessage.sol";

/// @title Collateral router
/// @notice See {ICollateralRouter}.
/// @dev Tokens that an OFT has delivered but that are not composed yet lie here too, without a record. Therefore no amount
/// is ever taken from `balanceOf`: not for a credit, not for dust, not for a claim.
contract CollateralRouter is ICollateralRouter, ILayerZeroComposer, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// Settling on Aave 3.0 was measured at 164,000 (a reserve the owner has) to 197,000 (a new one): below this it cannot
    /// work, and what an owner needs is better asked of the adapter.
    uint256 private constant MIN_SUPPLY_GAS = 200_000;
    /// Fits several times into a block of any chain that this is for.
    uint256 private constant MAX_SUPPLY_GAS = 5_000_000;
    /// What is kept back to park a move whose supply used up all it was given.
    uint256 private constant PARK_RESERVE = 30_000;
    /// What a compose needs besides its supply: the endpoint, the checks, the records, the reserve. Measured at 255,000 with
    /// everything cold; the rest is for tokens behind proxies.
    uint256 private constant COMPOSE_OVERHEAD = 350_000;
    /// Nonce, source, amount and sender, which the OFT puts before the message.
    uint256 private constant COMPOSE_HEADER = 76;

    /// @inheritdoc ICollateralRouter
    address public immutable endpoint;
    /// @inheritdoc ICollateralRouter
    mapping(uint32 eid => bool) public isRemote;
    /// @inheritdoc ICollateralRouter
    mapping(address market => bool) public isMarket;
    /// @inheritdoc ICollateralRouter
    mapping(address asset => address oft) public oftOf;
    /// @inheritdoc ICollateralRouter
    mapping(address asset => uint256 amount) public totalParked;

    mapping(address oft => address asset) private _assetOf;
    mapping(address owner => SentMove[]) private _sent;
    /// Position in `_sent`, counted from 1, so that 0 means unused.
    mapping(address owner => mapping(bytes32 id => uint256 position)) private _sentPosition;
    mapping(bytes32 guid => Arrival) private _arrivals;
    mapping(address owner => bytes32[] guids) private _arrivedGuids;
    /// Moves whose owner was a contract and had no code here when they arrived.
    mapping(bytes32 guid => bool) private _isOrphan;

    constructor(RouterConfig memory config) {
        endpoint = config.endpoint;
        uint32 ownEid = ILayerZeroEndpointV2(config.endpoint).eid();
        for (uint256 i = 0; i < config.remotes.length; ++i) {
            uint32 eid = config.remotes[i];
            if (eid == 0) revert ZeroConfigEntry();
            if (eid == ownEid) revert OwnEidAsRemote(eid);
            if (isRemote[eid]) revert DuplicateConfigEntry(bytes32(uint256(eid)));
            isRemote[eid] = true;
        }
        for (uint256 i = 0; i < config.markets.length; ++i) {
            address market = config.markets[i];
            if (market == address(0)) revert ZeroConfigEntry();
            if (isMarket[market]) revert DuplicateConfigEntry(bytes32(uint256(uint160(market))));
            isMarket[market] = true;
        }
        for (uint256 i = 0; i < config.ofts.length; ++i) {
            address oft = config.ofts[i];
            if (oft == address(0)) revert ZeroConfigEntry();
            if (_assetOf[oft] != address(0)) revert DuplicateConfigEntry(bytes32(uint256(uint160(oft))));
            address asset = IOFT(oft).token();
            // A native pool has no token.
            if (asset == address(0)) revert ZeroConfigEntry();
            if (oftOf[asset] != address(0)) revert TokenHasTwoOfts(asset);
            oftOf[asset] = oft;
            _assetOf[oft] = asset;
        }
    }

    // ------------------------------------------------------------------ source

    /// @inheritdoc ICollateralRouter
    function send(Move calldata move) external payable nonReentrant returns (bytes32 guid) {
        _checkIntent(move);
        return _send(move);
    }

    /// @inheritdoc ICollateralRouter
    function sendWithPermit(Move calldata move, Permit calldata permit)
        external
        payable
        nonReentrant
        returns (bytes32 guid)
    {
        _checkIntent(move);
        AaveV3Connector.usePermit(move.market, move.asset, msg.sender, permit);
        return _send(move);
    }

    /// @inheritdoc ICollateralRouter
    function quote(Move calldata move) external view returns (MoveQuote memory) {
        _checkRoute(move);
        SendParam memory param = _sendParamOf(move);
        OFTReceipt memory receipt = _receiptOf(move, param);
        MessagingFee memory fee = IOFT(oftOf[move.asset]).quoteSend(param, false);
        return MoveQuote(fee.nativeFee, receipt.amountSentLD, receipt.amountReceivedLD);
    }

    /// @dev What concerns the route alone, and so a quote as well.
    function _checkRoute(Move calldata move) private view {
        if (move.amount == 0) revert ZeroAmount();
        if (oftOf[move.asset] == address(0)) revert UnknownAsset(move.asset);
        if (!isRemote[move.dstEid]) revert UnknownDestination(move.dstEid);
        if (move.supplyGas < MIN_SUPPLY_GAS) revert SupplyGasTooLow(move.supplyGas, MIN_SUPPLY_GAS);
        if (move.supplyGas > MAX_SUPPLY_GAS) revert SupplyGasTooHigh(move.supplyGas, MAX_SUPPLY_GAS);
        // Which markets the destination trusts is known there only; that none is trusted is known here.
        if (move.dstMarket == address(0)) revert UnknownMarket(address(0));
    }

    /// @dev All that can be said before anything is called.
    function _checkIntent(Move calldata move) private view {
        // A deadline is meant in minutes: seconds of a sequencer's choice do not matter.
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > move.deadline) revert DeadlineExpired(move.deadline, block.timestamp);
        _checkRoute(move);
        if (!isMarket[move.market]) revert UnknownMarket(move.market);
        if (msg.sender.code.length != 0 && move.recovery == address(0)) revert RecoveryRequired(msg.sender);
        if (_sentPosition[msg.sender][move.id] != 0) revert MoveAlreadySent(msg.sender, move.id);
    }

    function _send(Move calldata move) private returns (bytes32 guid) {
        SentMove storage sent = _sent[msg.sender].push();
        _sentPosition[msg.sender][move.id] = _sent[msg.sender].length;

        SendParam memory param = _sendParamOf(move);
        _receiptOf(move, param);
        uint256 balance = IERC20(move.asset).balanceOf(address(this));

        AaveV3Connector.withdraw(move.market, move.asset, move.amount, msg.sender);
        uint256 healthFactor = AaveV3Connector.healthFactor(move.market, msg.sender);
        if (healthFactor < move.minHealthFactor) revert SourceHealthTooLow(healthFactor, move.minHealthFactor);

        uint64 nonce;
        uint256 amountSent;
        (guid, nonce, amountSent) = _bridge(move, param);

        // By the receipt, not by the balance: during the send another owner's tokens may have been delivered to this
        // address, and they are not the caller's dust.
        if (amountSent < move.amount) IERC20(move.asset).safeTransfer(msg.sender, move.amount - amountSent);
        uint256 balanceNow = IERC20(move.asset).balanceOf(address(this));
        if (balanceNow < balance) revert UnbackedCredit(move.asset, balanceNow, balance);

        sent.guid = guid;
        sent.id = move.id;
        sent.asset = move.asset;
        sent.dstEid = move.dstEid;
        sent.nonce = nonce;
        sent.amount = SafeCast.toUint128(amountSent);
        sent.sentAt = uint64(block.timestamp);
        emit MoveSent(guid, msg.sender, move.id, move.asset, amountSent, move.dstEid, move.dstMarket);
    }

    function _bridge(Move calldata move, SendParam memory param)
        private
        returns (bytes32 guid, uint64 nonce, uint256 amountSent)
    {
        IOFT oft = IOFT(oftOf[move.asset]);
        bool approves = oft.approvalRequired();
        if (approves) IERC20(move.asset).forceApprove(address(oft), move.amount);
        // The whole value is offered as the fee: the endpoint returns the surplus to the caller.
        (MessagingReceipt memory message, OFTReceipt memory receipt) =
            oft.send{value: msg.value}(param, MessagingFee(msg.value, 0), msg.sender);
        if (approves && IERC20(move.asset).allowance(address(this), address(oft)) != 0) {
            IERC20(move.asset).forceApprove(address(oft), 0);
        }
        _checkReceived(receipt.amountReceivedLD, move.minAmount);
        return (message.guid, message.nonce, receipt.amountSentLD);
    }

    /// @dev Always this router as receiver, always with a compose message, always at once (a Stargate bus would drop the
    /// message and leave the tokens without an owner).
    function _sendParamOf(Move calldata move) private view returns (SendParam memory) {
        MoveMessage memory message = MoveMessage({
            owner: msg.sender,
            ownerHasCode: _isContract(msg.sender),
            recovery: move.recovery,
            market: move.dstMarket,
            supplyGas: move.supplyGas
        });
        // Twice 64/63: the endpoint keeps a 64th when it calls the router, and the router when it supplies.
        uint256 composeGas = Math.ceilDiv((Math.ceilDiv(uint256(move.supplyGas) * 64, 63) + COMPOSE_OVERHEAD) * 64, 63);
        return SendParam({
            dstEid: move.dstEid,
            to: OFTComposeMsgCodec.addressToBytes32(address(this)),
            amountLD: move.amount,
            // Set by {_receiptOf}, which asks without it first.
            minAmountLD: 0,
            extraOptions: ExecutorOptions.encode(move.deliveryGas, SafeCast.toUint128(composeGas)),
            composeMsg: message.encode(),
            oftCmd: ""
        });
    }

    /// @dev What the route would do with the amount. Asked before the route knows of a minimum, so that the error is ours.
    function _receiptOf(Move calldata move, SendParam memory param) private view returns (OFTReceipt memory receipt) {
        (,, receipt) = IOFT(oftOf[move.asset]).quoteOFT(param);
        _checkReceived(receipt.amountReceivedLD, move.minAmount);
        param.minAmountLD = move.minAmount;
    }

    function _checkReceived(uint256 amountReceived, uint256 minAmount) private pure {
        if (amountReceived < minAmount || amountReceived == 0) revert AmountTooSmall(amountReceived, minAmount);
    }

    /// @dev An EIP-7702 account holds 23 bytes that no contract can begin with: it has a key, which works on every chain.
    function _isContract(address account) private view returns (bool) {
        if (account.code.length == 0) return false;
        return account.code.length != 23 || bytes3(account.code) != 0xef0100;
    }

    // ------------------------------------------------------------------ destination

    /// @notice Takes a move that an OFT delivered: supplies it for its owner, or parks it.
    /// @dev Anybody may have the endpoint call this, with any gas. What the supply is run with does not depend on that.
    function lzCompose(
        address from,
        bytes32 guid,
        bytes calldata message,
        address, /* executor */
        bytes calldata /* extraData */
    )
        external
        payable
        nonReentrant
    {
        address asset = _authenticate(from, guid, message);
        if (msg.value != 0) revert UnexpectedValue(msg.value);
        if (_arrivals[guid].status != ArrivalStatus.None) revert AlreadyArrived(guid);
        (bool ok, MoveMessage memory move) = MoveMessageCodec.decode(message[COMPOSE_HEADER:]);
        if (!ok) revert MalformedMessage(guid);

        _park(guid, OFTComposeMsgCodec.srcEid(message), asset, OFTComposeMsgCodec.amountLD(message), move);
        if (move.ownerHasCode && move.owner.code.length == 0) {
            _isOrphan[guid] = true;
            _emitParked(guid, abi.encodeWithSelector(OwnerHasNoCode.selector, move.owner));
            return;
        }

        // The supply gets exactly what its owner paid for, or nothing happens: a 64th stays behind in the call.
        bytes memory settlement = abi.encodeCall(this.settle, (guid));
        uint256 gasNeeded = Math.ceilDiv(uint256(move.supplyGas) * 64, 63) + PARK_RESERVE;
        uint256 gasLeft = gasleft();
        if (gasLeft < gasNeeded) revert NotEnoughGas(gasLeft, gasNeeded);
        (bool settled, bytes memory reason) = BoundedCall.callSelf(move.supplyGas, settlement);
        if (!settled) _emitParked(guid, reason);
    }

    /// @notice Supplies a parked move. Only by the router itself, so that a refusal undoes all of it.
    function settle(bytes32 guid) external {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _settle(guid);
    }

    /// @inheritdoc ICollateralRouter
    function retry(bytes32 guid) external nonReentrant {
        address owner = _checkParked(guid).owner;
        // Its recovery address must not give by mistake what nobody could ever take back.
        if (_isOrphan[guid] && owner.code.length == 0) revert OwnerHasNoCode(owner);
        _settle(guid);
    }

    /// @inheritdoc ICollateralRouter
    function claim(bytes32 guid, address to) external nonReentrant {
        Arrival storage arrived = _checkParked(guid);
        if (to == address(0) || to == address(this)) revert InvalidRecipient(to);
        (address asset, uint256 amount) = (arrived.asset, arrived.amount);
        arrived.status = ArrivalStatus.Claimed;
        totalParked[asset] -= amount;
        emit ParkedClaimed(guid, arrived.owner, to, asset, amount);
        IERC20(asset).safeTransfer(to, amount);
    }

    /// @dev Who calls, who delivered, from where, and who wrote: gives the asset that was delivered.
    function _authenticate(address from, bytes32 guid, bytes calldata message) private view returns (address asset) {
        if (msg.sender != endpoint) revert OnlyEndpoint(msg.sender);
        asset = _assetOf[from];
        if (asset == address(0)) revert UntrustedToken(from);
        if (message.length < COMPOSE_HEADER) revert MalformedMessage(guid);
        uint32 srcEid = OFTComposeMsgCodec.srcEid(message);
        if (!isRemote[srcEid]) revert UnknownSource(srcEid);
        bytes32 composeFrom = OFTComposeMsgCodec.composeFrom(message);
        if (composeFrom != OFTComposeMsgCodec.addressToBytes32(address(this))) revert UntrustedComposer(composeFrom);
    }

    /// @dev Everything arrives parked, and is backed by what the router holds beyond what it owes already.
    function _park(bytes32 guid, uint32 srcEid, address asset, uint256 amount, MoveMessage memory move) private {
        uint256 owed = totalParked[asset] + amount;
        uint256 balance = IERC20(asset).balanceOf(address(this));
        if (balance < owed) revert UnbackedCredit(asset, balance, owed);
        totalParked[asset] = owed;
        _arrivals[guid] = Arrival({
            guid: guid,
            owner: move.owner,
            status: ArrivalStatus.Parked,
            srcEid: srcEid,
            arrivedAt: uint64(block.timestamp),
            recovery: move.recovery,
            asset: asset,
            market: move.market,
            // An OFT carries 64 bits of shared decimals: with up to 19 more decimals on this chain that is always less.
            amount: SafeCast.toUint128(amount),
            supplyGas: move.supplyGas
        });
        _arrivedGuids[move.owner].push(guid);
    }

    /// @dev Effects first: if the market refuses, they are undone with the rest.
    function _settle(bytes32 guid) private {
        Arrival storage arrived = _arrivals[guid];
        (address market, address asset) = (arrived.market, arrived.asset);
        (address owner, uint256 amount) = (arrived.owner, arrived.amount);
        if (!isMarket[market]) revert UnknownMarket(market);
        arrived.status = ArrivalStatus.Credited;
        totalParked[asset] -= amount;
        emit MoveCredited(guid, owner, market, asset, amount);
        AaveV3Connector.supply(market, asset, amount, owner);
    }

    function _checkParked(bytes32 guid) private view returns (Arrival storage arrived) {
        arrived = _arrivals[guid];
        if (arrived.status != ArrivalStatus.Parked) revert NotParked(guid);
        // A call without a sender, as simulations make, must not pass for a recovery address that was left out.
        bool entitled = msg.sender == arrived.owner || (msg.sender == arrived.recovery && msg.sender != address(0));
        if (!entitled) revert NotOwner(msg.sender);
    }

    function _emitParked(bytes32 guid, bytes memory reason) private {
        Arrival storage arrived = _arrivals[guid];
        emit MoveParked(guid, arrived.owner, arrived.market, arrived.asset, arrived.amount, reason);
    }

    // ------------------------------------------------------------------ reads

    /// @inheritdoc ICollateralRouter
    function sentMove(address owner, bytes32 id) external view returns (SentMove memory sent) {
        uint256 position = _sentPosition[owner][id];
        if (position != 0) sent = _sent[owner][position - 1];
    }

    /// @inheritdoc ICollateralRouter
    function latestSent(address owner, uint256 limit) external view returns (uint256 total, SentMove[] memory page) {
        total = _sent[owner].length;
        page = new SentMove[](Math.min(total, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = _sent[owner][total - 1 - i];
        }
    }

    /// @inheritdoc ICollateralRouter
    function arrival(bytes32 guid) external view returns (Arrival memory) {
        return _arrivals[guid];
    }

    /// @inheritdoc ICollateralRouter
    function latestArrivals(address owner, uint256 limit) external view returns (uint256 total, Arrival[] memory page) {
        total = _arrivedGuids[owner].length;
        page = new Arrival[](Math.min(total, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = _arrivals[_arrivedGuids[owner][total - 1 - i]];
        }
    }

    /// @inheritdoc ICollateralRouter
    function supplyGasBounds() external pure returns (uint256 min, uint256 max) {
        return (MIN_SUPPLY_GAS, MAX_SUPPLY_GAS);
    }
}
