// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPositionDesk} from "./IPositionDesk.sol";

/// @notice The protocols that a router can take from and give to.
enum Protocol {
    None,
    AaveV3,
    MorphoBlue,
    CompoundV2,
    CompoundV3
}

/// @notice What becomes of a move where it arrives: collateral of its owner, or less debt.
enum Action {
    Supply,
    Repay
}

/// @notice What the caller of {ICollateralRouter.send} wants to happen. Amounts are base units.
struct Move {
    /// Chosen by the caller before sending; one id moves once per owner, so that a resend after a crash cannot move twice.
    bytes32 id;
    /// The contract on this chain that gives the collateral: an Aave V3 pool, Morpho Blue, a Comet, a Comptroller.
    address market;
    /// The market of Morpho Blue that is meant; zero for any other protocol.
    bytes32 marketId;
    /// The underlying asset on this chain.
    address asset;
    /// How much to take out. What the route cannot carry (dust) goes back to the caller.
    uint256 amount;
    /// The least that must be credited on the destination, in this chain's decimals.
    uint256 minAmount;
    /// The least health factor, WAD, that the market must give the caller after the withdrawal, by its own rules.
    uint256 minHealthFactor;
    /// LayerZero endpoint id of the destination chain.
    uint32 dstEid;
    /// Whether the destination supplies or repays. What a repayment does not need is paid to the owner.
    Action action;
    /// The contract on the destination chain that takes it, for the same owner.
    address dstMarket;
    /// The market of Morpho Blue there; zero for any other protocol.
    bytes32 dstMarketId;
    /// Who besides the owner may claim or retry on the destination. Required when the caller has code, because the same
    /// address may belong to nobody there.
    address recovery;
    /// Unix seconds after which this move must not be sent any more.
    uint64 deadline;
    /// Gas for delivering the tokens on the destination (`lzReceive`).
    uint128 deliveryGas;
    /// Gas that the destination settles with: exactly this much, whoever delivers.
    uint128 settleGas;
}

/// @notice A signature of the owner's key; all zero if there is none.
struct Signature {
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice The owner's leave for the router to take collateral out of the source market, for this move.
/// @dev By protocol of the source market:
/// - Aave V3: `give` is an ERC-2612 permit of the aToken over `value` until `deadline`; the aToken knows its nonce.
///   `takeBack` is one over 0 with the next nonce, for what rounding leaves; it may be missing.
/// - Morpho Blue: `setAuthorizationWithSig`, with `nonce` to authorise, with `nonce + 1` to revoke.
/// - Compound V3: `allowBySig`, with `nonce` to allow, with `nonce + 1` to revoke.
/// - Compound V2: none; the vToken is approved beforehand.
struct Grant {
    uint256 value;
    uint256 nonce;
    uint256 deadline;
    Signature give;
    Signature takeBack;
}

/// @notice A move that left this chain.
struct SentMove {
    bytes32 guid;
    bytes32 id;
    address asset;
    uint32 dstEid;
    /// Nonce of the LayerZero message.
    uint64 nonce;
    /// What the source debited, in this chain's decimals.
    uint128 amount;
    uint64 sentAt;
}

/// @notice Where an arrived move stands. `None` means: not composed here (yet).
enum ArrivalStatus {
    None,
    Credited,
    Parked,
    Claimed
}

/// @notice A move that arrived on this chain, or what somebody sent here without a router: then the owner is the sender, and
/// all that a move would have said is zero.
struct Arrival {
    bytes32 guid;
    address owner;
    ArrivalStatus status;
    Action action;
    uint32 srcEid;
    uint64 arrivedAt;
    address recovery;
    address asset;
    address market;
    bytes32 marketId;
    uint128 amount;
    uint128 settleGas;
}

/// @notice What {ICollateralRouter.quote} expects of a move.
struct MoveQuote {
    /// Native fee for LayerZero: what to send as `msg.value`.
    uint256 nativeFee;
    /// What the route takes, dust excluded. The source position gives the whole amount.
    uint256 amountSent;
    /// What the destination is credited, in this chain's decimals.
    uint256 amountReceived;
}

/// @notice A market that a router trusts.
struct MarketConfig {
    Protocol protocol;
    /// An Aave V3 pool, Morpho Blue, a Comet, or a Comptroller of the Compound V2 family.
    address market;
    /// Compound V2 only: the vTokens that may be used, one per underlying asset. Empty otherwise.
    address[] tokens;
}

/// @notice What a router trusts on its chain, fixed when it is deployed.
struct RouterConfig {
    /// The LayerZero V2 endpoint of this chain.
    address endpoint;
    /// Endpoint ids of the chains where this router stands at the same address.
    uint32[] remotes;
    /// The markets of this chain.
    MarketConfig[] markets;
    /// OFTs (or adapters, or Stargate V2 pools) of this chain, one per asset. One whose token is zero carries the native coin.
    address[] ofts;
    /// The asset that stands for the native coin (WETH, WBNB): coins are wrapped into it on arrival, and unwrapped to be sent.
    /// Zero if no OFT carries coins.
    address wrappedNative;
}

/// @title Collateral router
/// @notice Moves a caller's own collateral from a lending market on one chain into one on another, for the same owner: as
/// collateral again, or to repay a debt.
/// @dev Immutable: no owner, no proxy, no generic call, no `delegatecall`. The same address on every chain, so that the
/// router's peer is itself. Between transactions it holds nothing but what is parked or waits for its compose, and no
/// allowance.
interface ICollateralRouter {
    // ------------------------------------------------------------------ errors: deployment
    /// @notice An entry of the configuration is zero.
    error ZeroConfigEntry();
    /// @notice An entry of the configuration appears twice in its list.
    error DuplicateConfigEntry(bytes32 entry);
    /// @notice The chain itself is listed as a remote.
    error OwnEidAsRemote(uint32 eid);
    /// @notice Two OFTs carry the same asset, so that it would be open which one to trust with it.
    error TokenHasTwoOfts(address token);
    /// @notice The router has no connector for this protocol.
    error UnsupportedProtocol(Protocol protocol);
    /// @notice Only a market of the Compound V2 family is listed with tokens, and it needs some.
    error UnexpectedTokens(address market);
    /// @notice The Comptroller does not list the token, or the token is not of this Comptroller.
    error TokenNotListed(address market, address token);
    /// @notice Two tokens of a Comptroller have the same underlying asset.
    error AssetHasTwoTokens(address market, address asset);

    // ------------------------------------------------------------------ errors: source
    /// @notice The move is older than its deadline. Sign a new one.
    error DeadlineExpired(uint256 deadline, uint256 blockTimestamp);
    /// @notice Nothing is to be moved.
    error ZeroAmount();
    /// @notice The market is not one this router trusts.
    error UnknownMarket(address market);
    /// @notice Morpho Blue has no such market, or the protocol has no markets with ids.
    error UnknownMarketId(bytes32 marketId);
    /// @notice No trusted OFT carries the asset, or the market does not list it.
    error UnknownAsset(address asset);
    /// @notice No router is known at the destination.
    error UnknownDestination(uint32 dstEid);
    /// @notice The caller has code and named nobody who could claim on the destination.
    error RecoveryRequired(address owner);
    /// @notice The owner used the id for another move.
    error MoveAlreadySent(address owner, bytes32 id);
    /// @notice Less can be pulled than is to be moved: the owner holds `balance` receipt tokens and allows `allowance`.
    error CollateralNotAvailable(address receiptToken, uint256 balance, uint256 allowance, uint256 amount);
    /// @notice The owner has not authorised the router at the market.
    error NotAuthorized(address market, address owner);
    /// @notice What was signed to take the authorisation back did not take it back. Nothing was moved.
    error AuthorizationLeft(address market, address owner);
    /// @notice The market knows no signed authorisations: approve its token beforehand, and call {ICollateralRouter.send}.
    error GrantNotSupported(address market);
    /// @notice The asset is no collateral in this market: it is what the market lends.
    error NotCollateral(address market, address asset);
    /// @notice The market paid out another amount than was asked for.
    error WithdrawnOtherwise(uint256 withdrawn, uint256 amount);
    /// @notice A market of the Compound V2 family refused, with its own error code.
    error MarketRefused(address token, uint256 code);
    /// @notice The route took another amount of the native coin than it said it would.
    error RouteTookOtherwise(uint256 taken, uint256 amount);
    /// @notice The market gives the owner a health factor below what the owner asked for.
    error SourceHealthTooLow(uint256 healthFactor, uint256 minHealthFactor);
    /// @notice The destination would be credited less than the owner asked for, or nothing.
    error AmountTooSmall(uint256 amount, uint256 minAmount);
    /// @notice Settling on the destination would surely run out of gas.
    error SettleGasTooLow(uint256 settleGas, uint256 minSettleGas);
    /// @notice Settling on the destination might not fit into a block, so that the move could never arrive.
    error SettleGasTooHigh(uint256 settleGas, uint256 maxSettleGas);

    // ------------------------------------------------------------------ errors: destination
    /// @notice Only the LayerZero endpoint may compose.
    error OnlyEndpoint(address caller);
    /// @notice The message is not from a trusted OFT.
    error UntrustedToken(address from);
    /// @notice The message is from a chain without a known router.
    error UnknownSource(uint32 srcEid);
    /// @notice The message was not composed by this router on the other chain. What it brought is parked for who composed it;
    /// only what cannot be an address is refused.
    error UntrustedComposer(bytes32 composeFrom);
    /// @notice The message holds something else than a move of this version.
    error MalformedMessage(bytes32 guid);
    /// @notice A compose needs no native value, and what is sent along would be lost.
    error UnexpectedValue(uint256 value);
    /// @notice Too little gas to settle with what the owner paid for. Compose again with more.
    error NotEnoughGas(uint256 gasLeft, uint256 gasNeeded);
    /// @notice The message was composed before.
    error AlreadyArrived(bytes32 guid);
    /// @notice The router holds less of the asset than it owes: a credit without value, or a token that takes a fee.
    /// The asset is zero where the native coin is meant.
    error UnbackedCredit(address asset, uint256 balance, uint256 owed);
    /// @notice The owner had code where the move began and has none here: nobody may hold this address.
    error OwnerHasNoCode(address owner);
    /// @notice The market took the asset but gave the owner too few receipt tokens for it.
    error SupplyNotCredited(uint256 credited, uint256 amount);
    /// @notice The market took the asset but does not count it as the owner's collateral.
    error CollateralNotEnabled(address market, address asset, address owner);
    /// @notice The owner owes nothing of this asset to the market.
    error NoDebt(address market, address asset, address owner);
    /// @notice The market took the asset but the owner owes it hardly less.
    error DebtNotReduced(uint256 reduced, uint256 amount);
    /// @notice Only the router itself may settle.
    error OnlySelf(address caller);
    /// @notice There is nothing parked under this guid.
    error NotParked(bytes32 guid);
    /// @notice Only the owner or the recovery address may touch what is parked.
    error NotOwner(address caller);
    /// @notice A claim must pay somebody: neither nobody nor the router itself.
    error InvalidRecipient(address to);

    // ------------------------------------------------------------------ events
    /// @notice A move left this chain.
    /// @param amount What the source debited, in this chain's decimals.
    event MoveSent(
        bytes32 indexed guid,
        address indexed owner,
        bytes32 indexed id,
        address asset,
        uint256 amount,
        uint32 dstEid,
        Action action,
        address dstMarket,
        bytes32 dstMarketId
    );
    /// @notice A move became the owner's collateral or repaid a debt, at once or by {retry}.
    /// @param amount What arrived.
    /// @param left What of it a repayment did not need and was paid to the owner.
    event MoveCredited(
        bytes32 indexed guid,
        address indexed owner,
        Action action,
        address market,
        bytes32 marketId,
        address asset,
        uint256 amount,
        uint256 left
    );
    /// @notice A move arrived, but the market would not take it; or something arrived that was no move.
    /// @param reason The revert data of the market, of which at most the first 256 bytes; empty if it ran out of gas.
    event MoveParked(
        bytes32 indexed guid,
        address indexed owner,
        Action action,
        address market,
        bytes32 marketId,
        address asset,
        uint256 amount,
        bytes reason
    );
    /// @notice A parked amount was paid out.
    event ParkedClaimed(bytes32 indexed guid, address indexed owner, address indexed to, address asset, uint256 amount);

    // ------------------------------------------------------------------ source
    /// @notice Takes the caller's own collateral out, checks the health that remains and sends it.
    /// @dev The caller must have authorised the router as the market does it. Aave V3: an allowance of `amount + 2` of the
    /// aToken (rounding of the market). Compound V2: an allowance of vTokens. Morpho Blue and Compound V3: the router as
    /// manager; the move does not revoke it. `msg.value` pays LayerZero; the surplus goes back to the caller.
    function send(Move calldata move) external payable returns (bytes32 guid);

    /// @notice As {send}, with an authorisation that is signed. One that was already used is not an error as long as it is
    /// in force; one that is signed to be taken back is gone when the move is sent, or the move reverts.
    function sendWithGrant(Move calldata move, Grant calldata grant) external payable returns (bytes32 guid);

    /// @notice What {send} would cost and bring. Reads only the route, not the caller's position, allowance or deadline.
    /// @dev Reverts as {send} does for what concerns the route.
    function quote(Move calldata move) external view returns (MoveQuote memory);

    // ------------------------------------------------------------------ destination
    /// @notice Supplies or repays with a parked amount once more. Only its owner or recovery address. Reverts if the market
    /// still refuses, or as long as the owner, a contract where the move began, has no code here.
    function retry(bytes32 guid) external;

    /// @notice Pays a parked amount out to anyone. Only its owner or recovery address.
    function claim(bytes32 guid, address to) external;

    // ------------------------------------------------------------------ reads
    /// @notice The move with this id, with a zero `guid` if it was never sent.
    function sentMove(address owner, bytes32 id) external view returns (SentMove memory);

    /// @notice How many moves an owner ever sent, and the `limit` newest of them (or all, if fewer), newest first.
    function latestSent(address owner, uint256 limit) external view returns (uint256 total, SentMove[] memory);

    /// @notice The arrival with this guid; `status` is `None` if it did not arrive.
    function arrival(bytes32 guid) external view returns (Arrival memory);

    /// @notice How many moves ever arrived for an owner, and the `limit` newest of them (or all, if fewer), newest first.
    function latestArrivals(address owner, uint256 limit) external view returns (uint256 total, Arrival[] memory);

    /// @notice The sum that is parked of an asset: the router's balance never falls below it.
    /// @dev Parked coins are wrapped.
    function totalParked(address asset) external view returns (uint256);

    /// @notice The trusted OFT that carries an asset, or zero.
    function oftOf(address asset) external view returns (address);

    /// @notice The protocol of a market that the router trusts; `None` if it does not.
    function protocolOf(address market) external view returns (Protocol);

    /// @notice The vToken that a Comptroller has for an asset, if the router trusts it.
    function tokenOf(address market, address asset) external view returns (address);

    /// @notice The asset that stands for the native coin, or zero.
    function wrappedNative() external view returns (address);

    /// @notice Whether the router stands on the chain with this endpoint id.
    function isRemote(uint32 eid) external view returns (bool);

    /// @notice The contract that supplies and repays for the router where the protocol is not Aave, and judges health there.
    function desk() external view returns (IPositionDesk);

    /// @notice The LayerZero endpoint: the only one who may compose.
    function endpoint() external view returns (address);

    /// @notice The least and the most that {Move.settleGas} may be.
    function settleGasBounds() external view returns (uint256 min, uint256 max);
}
