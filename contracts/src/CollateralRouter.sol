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
import {PositionDesk} from "./PositionDesk.sol";
import {Connectors} from "./connectors/Connectors.sol";
import {
    Action,
    Arrival,
    ArrivalStatus,
    Grant,
    ICollateralRouter,
    MarketConfig,
    Move,
    MoveQuote,
    Protocol,
    RouterConfig,
    SentMove
} from "./interfaces/ICollateralRouter.sol";
import {IWrappedNative} from "./interfaces/IWrappedNative.sol";
import {IPositionDesk, Place} from "./interfaces/IPositionDesk.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";
import {ExecutorOptions} from "./libraries/ExecutorOptions.sol";
import {MoveMessage, MoveMessageCodec} from "./libraries/MoveMessage.sol";

/// @title Collateral router
/// @notice See {ICollateralRouter}.
/// @dev Tokens and coins that an OFT has delivered but that are not composed yet lie here too, without a record. Therefore no
/// amount is ever taken from a balance: not for a credit, not for dust, not for a claim.
contract CollateralRouter is ICollateralRouter, ILayerZeroComposer, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// Settling on Aave 3.0 was measured at 164,000 (a reserve the owner has) to 197,000 (a new one): below this it cannot
    /// work, and what an owner needs is better asked of the adapter.
    uint256 private constant MIN_SETTLE_GAS = 200_000;
    /// Fits several times into a block of any chain that this is for.
    uint256 private constant MAX_SETTLE_GAS = 5_000_000;
    /// What is kept back to park a move whose supply used up all it was given.
    uint256 private constant PARK_RESERVE = 50_000;
    /// What a compose needs besides its settlement: the endpoint, the checks, the records, the reserve. Measured, everything
    /// cold, at 163,000 for a token and at 243,000 for coins, a market with an id and a recovery address; 22,000 more where
    /// nobody knows the market. The rest is for tokens behind proxies.
    uint256 private constant COMPOSE_OVERHEAD = 325_000;
    /// Nonce, source, amount and sender, which the OFT puts before the message.
    uint256 private constant COMPOSE_HEADER = 76;

    /// @inheritdoc ICollateralRouter
    address public immutable endpoint;
    /// @inheritdoc ICollateralRouter
    IPositionDesk public immutable desk = new PositionDesk();
    /// @inheritdoc ICollateralRouter
    address public immutable wrappedNative;
    /// @inheritdoc ICollateralRouter
    mapping(uint32 eid => bool) public isRemote;
    /// @inheritdoc ICollateralRouter
    mapping(address market => mapping(address asset => address token)) public tokenOf;
    /// @inheritdoc ICollateralRouter
    mapping(address asset => address oft) public oftOf;
    /// @inheritdoc ICollateralRouter
    mapping(address asset => uint256 amount) public totalParked;

    mapping(address market => Listed) private _listed;
    /// The markets that are trusted, from one on: a record needs two bytes for one.
    mapping(uint256 index => address market) private _markets;
    mapping(address oft => Carried) private _carriedBy;
    /// The assets that OFTs carry: a record needs two bytes for one. No array, whose length would be read each time.
    mapping(uint256 index => address asset) private _assets;
    mapping(address owner => mapping(bytes32 id => Sent)) private _sent;
    mapping(address owner => bytes32[] ids) private _sentIds;
    mapping(bytes32 guid => Parcel) private _parcels;
    mapping(address owner => bytes32[] guids) private _arrivedGuids;

    /// @dev A market that is trusted.
    struct Listed {
        Protocol protocol;
        uint16 index;
    }

    /// @dev What an OFT brings.
    struct Carried {
        address asset;
        uint16 index;
        bool isNative;
    }

    /// @dev What is known of a move before its collateral is taken.
    struct Departure {
        SendParam param;
        /// What the route says it will take.
        uint256 offered;
        /// What lies here for others.
        uint256 tokens;
        uint256 coins;
    }

    /// @dev A {SentMove} without its id, in two slots.
    struct Sent {
        bytes32 guid;
        uint16 assetIndex;
        uint32 dstEid;
        uint40 nonce;
        uint128 amount;
        /// Zero if the id is unused.
        uint40 sentAt;
    }

    /// @dev An {Arrival} in two slots, and one more for each of what it seldom has: a recovery address, a market that is not
    /// trusted here, a market's id. Each that is left out saves 22,000 gas.
    struct Parcel {
        address owner;
        ArrivalStatus status;
        Action action;
        uint32 srcEid;
        uint40 arrivedAt;
        /// The owner was a contract and had no code here when the move arrived.
        bool isOrphan;
        uint128 amount;
        uint32 settleGas;
        uint16 assetIndex;
        /// Zero for a market that is not trusted here.
        uint16 marketIndex;
        address recovery;
        address unknownMarket;
        bytes32 marketId;
    }

    constructor(RouterConfig memory config) {
        endpoint = config.endpoint;
        wrappedNative = config.wrappedNative;
        uint32 ownEid = ILayerZeroEndpointV2(config.endpoint).eid();
        for (uint256 i = 0; i < config.remotes.length; ++i) {
            uint32 eid = config.remotes[i];
            if (eid == 0) revert ZeroConfigEntry();
            if (eid == ownEid) revert OwnEidAsRemote(eid);
            if (isRemote[eid]) revert DuplicateConfigEntry(bytes32(uint256(eid)));
            isRemote[eid] = true;
        }
        for (uint256 i = 0; i < config.markets.length; ++i) {
            _list(config.markets[i], SafeCast.toUint16(i + 1));
        }
        for (uint256 i = 0; i < config.ofts.length; ++i) {
            _carry(config.ofts[i], config.wrappedNative, SafeCast.toUint16(i));
        }
    }

    function _list(MarketConfig memory config, uint16 index) private {
        (Protocol protocol, address market) = (config.protocol, config.market);
        if (market == address(0)) revert ZeroConfigEntry();
        if (_listed[market].index != 0) revert DuplicateConfigEntry(bytes32(uint256(uint160(market))));
        if (!Connectors.hasOne(protocol)) revert UnsupportedProtocol(protocol);
        if ((protocol == Protocol.CompoundV2) != (config.tokens.length != 0)) revert UnexpectedTokens(market);
        _listed[market] = Listed(protocol, index);
        _markets[index] = market;
        for (uint256 i = 0; i < config.tokens.length; ++i) {
            address asset = Connectors.underlyingOf(market, config.tokens[i]);
            if (tokenOf[market][asset] != address(0)) revert AssetHasTwoTokens(market, asset);
            tokenOf[market][asset] = config.tokens[i];
        }
    }

    function _carry(address oft, address wrapped, uint16 index) private {
        if (oft == address(0)) revert ZeroConfigEntry();
        if (_carriedBy[oft].asset != address(0)) revert DuplicateConfigEntry(bytes32(uint256(uint160(oft))));
        address asset = IOFT(oft).token();
        bool isNative = asset == address(0);
        if (isNative) asset = wrapped;
        if (asset == address(0)) revert ZeroConfigEntry();
        if (oftOf[asset] != address(0)) revert TokenHasTwoOfts(asset);
        oftOf[asset] = oft;
        _carriedBy[oft] = Carried(asset, index, isNative);
        _assets[index] = asset;
    }

    /// @notice Coins of a native route, and of unwrapping. Does nothing, because some senders leave it 2,300 gas.
    receive() external payable {}

    // ------------------------------------------------------------------ source

    /// @inheritdoc ICollateralRouter
    function send(Move calldata move) external payable nonReentrant returns (bytes32 guid) {
        Place memory place = _checkIntent(move);
        Departure memory departure = _begin(move);
        _withdraw(move, place);
        return _depart(move, departure);
    }

    /// @inheritdoc ICollateralRouter
    function sendWithGrant(Move calldata move, Grant calldata grant)
        external
        payable
        nonReentrant
        returns (bytes32 guid)
    {
        Place memory place = _checkIntent(move);
        Departure memory departure = _begin(move);
        Connectors.give(place, grant);
        _withdraw(move, place);
        // At once: the route is called when the router is not authorised any more.
        Connectors.takeBack(place, grant);
        return _depart(move, departure);
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
        if (move.settleGas < MIN_SETTLE_GAS) revert SettleGasTooLow(move.settleGas, MIN_SETTLE_GAS);
        if (move.settleGas > MAX_SETTLE_GAS) revert SettleGasTooHigh(move.settleGas, MAX_SETTLE_GAS);
        // Which markets the destination trusts is known there only; that none is trusted is known here.
        if (move.dstMarket == address(0)) revert UnknownMarket(address(0));
    }

    /// @dev All that can be said before anything is called.
    function _checkIntent(Move calldata move) private view returns (Place memory place) {
        // A deadline is meant in minutes: seconds of a sequencer's choice do not matter.
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > move.deadline) revert DeadlineExpired(move.deadline, block.timestamp);
        _checkRoute(move);
        place = _placeOf(move.market, move.marketId, move.asset, msg.sender);
        if (msg.sender.code.length != 0 && move.recovery == address(0)) revert RecoveryRequired(msg.sender);
        if (_sent[msg.sender][move.id].sentAt != 0) revert MoveAlreadySent(msg.sender, move.id);
    }

    function _placeOf(address market, bytes32 marketId, address asset, address owner)
        private
        view
        returns (Place memory)
    {
        Protocol protocol = _listed[market].protocol;
        if (protocol == Protocol.None) revert UnknownMarket(market);
        address token;
        if (protocol == Protocol.CompoundV2) {
            token = tokenOf[market][asset];
            if (token == address(0)) revert UnknownAsset(asset);
        }
        return Place(protocol, market, marketId, asset, token, owner);
    }

    /// @dev The id is used from here on, and the route has said what it would do.
    function _begin(Move calldata move) private returns (Departure memory departure) {
        _sent[msg.sender][move.id].sentAt = uint40(block.timestamp);
        _sentIds[msg.sender].push(move.id);
        departure.param = _sendParamOf(move);
        departure.offered = _receiptOf(move, departure.param).amountSentLD;
        departure.tokens = IERC20(move.asset).balanceOf(address(this));
        departure.coins = address(this).balance - msg.value;
    }

    function _withdraw(Move calldata move, Place memory place) private {
        Connectors.withdraw(place, move.amount);
        uint256 healthFactor = Connectors.healthFactor(place, desk);
        if (healthFactor < move.minHealthFactor) revert SourceHealthTooLow(healthFactor, move.minHealthFactor);
    }

    function _depart(Move calldata move, Departure memory departure) private returns (bytes32 guid) {
        uint64 nonce;
        uint256 amountSent;
        (guid, nonce, amountSent) = _bridge(move, departure);

        // By the receipt, not by the balance: during the send another owner's tokens may have been delivered to this
        // address, and they are not the caller's dust.
        if (amountSent < move.amount) IERC20(move.asset).safeTransfer(msg.sender, move.amount - amountSent);
        _checkBacked(move.asset, IERC20(move.asset).balanceOf(address(this)), departure.tokens);
        _checkBacked(address(0), address(this).balance, departure.coins);

        Sent storage sent = _sent[msg.sender][move.id];
        sent.guid = guid;
        sent.assetIndex = _carriedBy[oftOf[move.asset]].index;
        sent.dstEid = move.dstEid;
        // A pathway counts to that in 34 years of a thousand messages a second.
        // forge-lint: disable-next-line(unsafe-typecast)
        sent.nonce = uint40(nonce);
        sent.amount = SafeCast.toUint128(amountSent);
        emit MoveSent(
            guid,
            msg.sender,
            move.id,
            move.asset,
            amountSent,
            move.dstEid,
            move.action,
            move.dstMarket,
            move.dstMarketId
        );
    }

    function _bridge(Move calldata move, Departure memory departure)
        private
        returns (bytes32 guid, uint64 nonce, uint256 amountSent)
    {
        address oft = oftOf[move.asset];
        bool isNative = _carriedBy[oft].isNative;
        bool approves = !isNative && IOFT(oft).approvalRequired();
        uint256 value = msg.value;
        if (approves) IERC20(move.asset).forceApprove(oft, move.amount);
        if (isNative) {
            // What the route would not take stays wrapped, and is dust.
            IWrappedNative(move.asset).withdraw(departure.offered);
            value += departure.offered;
        }
        // The whole value is offered as the fee: the endpoint returns the surplus to the caller.
        (MessagingReceipt memory message, OFTReceipt memory receipt) =
            IOFT(oft).send{value: value}(departure.param, MessagingFee(msg.value, 0), msg.sender);
        if (approves && IERC20(move.asset).allowance(address(this), oft) != 0) {
            IERC20(move.asset).forceApprove(oft, 0);
        }
        amountSent = receipt.amountSentLD;
        if (isNative && amountSent != departure.offered) revert RouteTookOtherwise(amountSent, departure.offered);
        _checkReceived(receipt.amountReceivedLD, move.minAmount);
        return (message.guid, message.nonce, amountSent);
    }

    /// @dev Always this router as receiver, always with a compose message, always at once (a Stargate bus would drop the
    /// message and leave the tokens without an owner).
    function _sendParamOf(Move calldata move) private view returns (SendParam memory) {
        MoveMessage memory message = MoveMessage({
            owner: msg.sender,
            ownerHasCode: _isContract(msg.sender),
            recovery: move.recovery,
            market: move.dstMarket,
            marketId: move.dstMarketId,
            action: move.action,
            // Below the most there may be.
            // forge-lint: disable-next-line(unsafe-typecast)
            settleGas: uint32(move.settleGas)
        });
        // Twice 64/63: the endpoint keeps a 64th when it calls the router, and the router when it settles.
        uint256 composeGas = Math.ceilDiv((Math.ceilDiv(uint256(move.settleGas) * 64, 63) + COMPOSE_OVERHEAD) * 64, 63);
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

    /// @notice Takes a move that an OFT delivered: supplies it for its owner or repays with it, or parks it. What comes from
    /// somebody who is not the router is parked for its sender.
    /// @dev Anybody may have the endpoint call this, with any gas. What a move is settled with does not depend on that.
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
        (Carried memory carried, address composer) = _authenticate(from, guid, message);
        if (msg.value != 0) revert UnexpectedValue(msg.value);
        if (_parcels[guid].status != ArrivalStatus.None) revert AlreadyArrived(guid);
        MoveMessage memory move;
        if (composer == address(this)) {
            bool ok;
            (ok, move) = MoveMessageCodec.decode(message[COMPOSE_HEADER:]);
            if (!ok) revert MalformedMessage(guid);
        } else {
            move.owner = composer;
        }

        uint256 owed =
            _record(guid, OFTComposeMsgCodec.srcEid(message), carried, OFTComposeMsgCodec.amountLD(message), move);
        bytes memory reason;
        if (composer != address(this)) {
            bytes32 composeFrom = OFTComposeMsgCodec.addressToBytes32(composer);
            reason = abi.encodeWithSelector(UntrustedComposer.selector, composeFrom);
        } else if (move.ownerHasCode && move.owner.code.length == 0) {
            _parcels[guid].isOrphan = true;
            reason = abi.encodeWithSelector(OwnerHasNoCode.selector, move.owner);
        } else {
            // It is settled with exactly the gas that its owner paid for, or nothing happens: a 64th stays behind in the call.
            bytes memory settlement = abi.encodeCall(this.settle, (guid));
            uint256 gasNeeded = Math.ceilDiv(uint256(move.settleGas) * 64, 63) + PARK_RESERVE;
            uint256 gasLeft = gasleft();
            if (gasLeft < gasNeeded) revert NotEnoughGas(gasLeft, gasNeeded);
            bool settled;
            (settled, reason) = BoundedCall.callSelf(move.settleGas, settlement);
            if (settled) return;
        }
        totalParked[carried.asset] = owed;
        _emitParked(guid, reason);
    }

    /// @notice Settles a move that has arrived. Only by the router itself, so that a refusal undoes all of it.
    function settle(bytes32 guid) external {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _settle(guid);
    }

    /// @inheritdoc ICollateralRouter
    function retry(bytes32 guid) external nonReentrant {
        Parcel storage parcel = _checkParked(guid);
        address owner = parcel.owner;
        // Its recovery address must not give by mistake what nobody could ever take back.
        if (parcel.isOrphan && owner.code.length == 0) revert OwnerHasNoCode(owner);
        totalParked[_assets[parcel.assetIndex]] -= parcel.amount;
        _settle(guid);
    }

    /// @inheritdoc ICollateralRouter
    function claim(bytes32 guid, address to) external nonReentrant {
        Parcel storage parcel = _checkParked(guid);
        if (to == address(0) || to == address(this)) revert InvalidRecipient(to);
        (address asset, uint256 amount) = (_assets[parcel.assetIndex], parcel.amount);
        parcel.status = ArrivalStatus.Claimed;
        totalParked[asset] -= amount;
        emit ParkedClaimed(guid, parcel.owner, to, asset, amount);
        IERC20(asset).safeTransfer(to, amount);
    }

    /// @dev Who calls, who delivered, from where, and who wrote.
    function _authenticate(address from, bytes32 guid, bytes calldata message)
        private
        view
        returns (Carried memory carried, address composer)
    {
        if (msg.sender != endpoint) revert OnlyEndpoint(msg.sender);
        carried = _carriedBy[from];
        if (carried.asset == address(0)) revert UntrustedToken(from);
        if (message.length < COMPOSE_HEADER) revert MalformedMessage(guid);
        uint32 srcEid = OFTComposeMsgCodec.srcEid(message);
        if (!isRemote[srcEid]) revert UnknownSource(srcEid);
        bytes32 composeFrom = OFTComposeMsgCodec.composeFrom(message);
        composer = OFTComposeMsgCodec.bytes32ToAddress(composeFrom);
        // Nobody could ever claim for it.
        if (composer == address(0) || OFTComposeMsgCodec.addressToBytes32(composer) != composeFrom) {
            revert UntrustedComposer(composeFrom);
        }
    }

    /// @dev Everything arrives parked, and is backed by what the router holds beyond what it owes already. Nobody else comes in
    /// before it is settled, so that the sum of what is parked changes only if it stays so.
    /// @return owed What that sum will be then.
    function _record(bytes32 guid, uint32 srcEid, Carried memory carried, uint256 amount, MoveMessage memory move)
        private
        returns (uint256 owed)
    {
        address asset = carried.asset;
        if (carried.isNative) {
            _checkBacked(address(0), address(this).balance, amount);
            IWrappedNative(asset).deposit{value: amount}();
        }
        owed = totalParked[asset] + amount;
        _checkBacked(asset, IERC20(asset).balanceOf(address(this)), owed);
        Parcel storage parcel = _parcels[guid];
        parcel.owner = move.owner;
        parcel.status = ArrivalStatus.Parked;
        parcel.action = move.action;
        parcel.srcEid = srcEid;
        parcel.arrivedAt = uint40(block.timestamp);
        // An OFT carries 64 bits of shared decimals: with up to 19 more decimals on this chain that is always less.
        parcel.amount = SafeCast.toUint128(amount);
        parcel.settleGas = move.settleGas;
        parcel.assetIndex = carried.index;
        uint16 marketIndex = _listed[move.market].index;
        parcel.marketIndex = marketIndex;
        // A slot that stays zero costs as much as one that is read.
        if (marketIndex == 0) parcel.unknownMarket = move.market;
        if (move.recovery != address(0)) parcel.recovery = move.recovery;
        if (move.marketId != 0) parcel.marketId = move.marketId;
        _arrivedGuids[move.owner].push(guid);
    }

    /// @dev Effects first: if the market refuses, they are undone with the rest.
    function _settle(bytes32 guid) private {
        Parcel storage parcel = _parcels[guid];
        (Action action, uint256 amount) = (parcel.action, parcel.amount);
        Place memory place = _placeOf(_marketOf(parcel), parcel.marketId, _assets[parcel.assetIndex], parcel.owner);
        parcel.status = ArrivalStatus.Credited;
        uint256 left;
        if (action == Action.Supply) {
            Connectors.supply(place, amount, desk);
        } else {
            left = Connectors.repay(place, amount, desk);
        }
        emit MoveCredited(guid, place.owner, action, place.market, place.marketId, place.asset, amount, left);
    }

    function _checkParked(bytes32 guid) private view returns (Parcel storage parcel) {
        parcel = _parcels[guid];
        if (parcel.status != ArrivalStatus.Parked) revert NotParked(guid);
        // A call without a sender, as simulations make, must not pass for a recovery address that was left out.
        bool entitled = msg.sender == parcel.owner || (msg.sender == parcel.recovery && msg.sender != address(0));
        if (!entitled) revert NotOwner(msg.sender);
    }

    function _marketOf(Parcel storage parcel) private view returns (address) {
        uint16 index = parcel.marketIndex;
        return index == 0 ? parcel.unknownMarket : _markets[index];
    }

    function _checkBacked(address asset, uint256 balance, uint256 owed) private pure {
        if (balance < owed) revert UnbackedCredit(asset, balance, owed);
    }

    function _emitParked(bytes32 guid, bytes memory reason) private {
        Parcel storage parcel = _parcels[guid];
        emit MoveParked(
            guid,
            parcel.owner,
            parcel.action,
            _marketOf(parcel),
            parcel.marketId,
            _assets[parcel.assetIndex],
            parcel.amount,
            reason
        );
    }

    // ------------------------------------------------------------------ reads

    /// @inheritdoc ICollateralRouter
    function protocolOf(address market) external view returns (Protocol) {
        return _listed[market].protocol;
    }

    /// @inheritdoc ICollateralRouter
    function sentMove(address owner, bytes32 id) public view returns (SentMove memory move) {
        Sent storage sent = _sent[owner][id];
        if (sent.sentAt == 0) return move;
        return SentMove(sent.guid, id, _assets[sent.assetIndex], sent.dstEid, sent.nonce, sent.amount, sent.sentAt);
    }

    /// @inheritdoc ICollateralRouter
    function latestSent(address owner, uint256 limit) external view returns (uint256 total, SentMove[] memory page) {
        total = _sentIds[owner].length;
        page = new SentMove[](Math.min(total, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = sentMove(owner, _sentIds[owner][total - 1 - i]);
        }
    }

    /// @inheritdoc ICollateralRouter
    function arrival(bytes32 guid) public view returns (Arrival memory arrived) {
        Parcel storage parcel = _parcels[guid];
        if (parcel.status == ArrivalStatus.None) return arrived;
        arrived.guid = guid;
        arrived.owner = parcel.owner;
        arrived.status = parcel.status;
        arrived.action = parcel.action;
        arrived.srcEid = parcel.srcEid;
        arrived.arrivedAt = parcel.arrivedAt;
        arrived.recovery = parcel.recovery;
        arrived.asset = _assets[parcel.assetIndex];
        arrived.market = _marketOf(parcel);
        arrived.marketId = parcel.marketId;
        arrived.amount = parcel.amount;
        arrived.settleGas = parcel.settleGas;
    }

    /// @inheritdoc ICollateralRouter
    function latestArrivals(address owner, uint256 limit) external view returns (uint256 total, Arrival[] memory page) {
        total = _arrivedGuids[owner].length;
        page = new Arrival[](Math.min(total, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = arrival(_arrivedGuids[owner][total - 1 - i]);
        }
    }

    /// @inheritdoc ICollateralRouter
    function settleGasBounds() external pure returns (uint256 min, uint256 max) {
        return (MIN_SETTLE_GAS, MAX_SETTLE_GAS);
    }
}
