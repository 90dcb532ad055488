// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What the caller of {ICollateralRouter.send} wants to happen. Amounts are base units.
struct Move {
    /// Chosen by the caller before sending; one id moves once per owner, so that a resend after a crash cannot move twice.
    bytes32 id;
    /// The market on this chain that gives the collateral (an Aave V3 pool).
    address market;
    /// The underlying asset on this chain.
    address asset;
    /// How much to take out. What the route cannot carry (dust) goes back to the caller.
    uint256 amount;
    /// The least that must be credited on the destination, in this chain's decimals.
    uint256 minAmount;
    /// The least health factor, WAD, that the market itself must give the caller after the withdrawal.
    uint256 minHealthFactor;
    /// LayerZero endpoint id of the destination chain.
    uint32 dstEid;
    /// The market on the destination chain that takes the collateral, for the same owner.
    address dstMarket;
    /// Who besides the owner may claim or retry on the destination. Required when the caller has code, because the same
    /// address may belong to nobody there.
    address recovery;
    /// Unix seconds after which this move must not be sent any more.
    uint64 deadline;
    /// Gas for delivering the tokens on the destination (`lzReceive`).
    uint128 deliveryGas;
    /// Gas that the supply on the destination is run with: exactly this much, whoever delivers.
    uint128 supplyGas;
}

/// @notice An ERC-2612 permit of the market's receipt token (an aToken) for the router.
struct Permit {
    uint256 value;
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
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

/// @notice A move that arrived on this chain.
struct Arrival {
    bytes32 guid;
    address owner;
    ArrivalStatus status;
    uint32 srcEid;
    uint64 arrivedAt;
    address recovery;
    address asset;
    address market;
    uint128 amount;
    uint128 supplyGas;
}

/// @notice What {ICollateralRouter.quote} expects of a move.
struct MoveQuote {
    /// Native fee for LayerZero: what to send as `msg.value`.
    uint256 nativeFee;
    /// What leaves the source position, dust excluded.
    uint256 amountSent;
    /// What the destination is credited, in this chain's decimals.
    uint256 amountReceived;
}

/// @title Collateral router
/// @notice Moves a caller's own collateral from a lending market on one chain into one on another, for the same owner.
/// @dev Immutable: no owner, no proxy, no generic call, no `delegatecall`. The same address on every chain, so that the
/// router's peer is itself. Between transactions it holds nothing but parked amounts, and no allowance.
interface ICollateralRouter {
    // ------------------------------------------------------------------ errors (each sees what it got and what it wants)
    error DeadlineExpired(uint256 deadline, uint256 blockTimestamp);
    error ZeroAmount();
    error UnknownMarket(address market);
    error UnknownAsset(address asset);
    error UnknownDestination(uint32 dstEid);
    error RecoveryRequired(address owner);
    error MoveAlreadySent(address owner, bytes32 id);
    error SourceHealthTooLow(uint256 healthFactor, uint256 minHealthFactor);
    error AmountTooSmall(uint256 amount, uint256 minAmount);
    error SupplyGasTooLow(uint256 supplyGas, uint256 minSupplyGas);
    error OnlyEndpoint(address caller);
    error UntrustedToken(address from);
    error UnknownSource(uint32 srcEid);
    error UntrustedComposer(bytes32 composeFrom);
    error NotEnoughGas(uint256 gasLeft, uint256 gasNeeded);
    error AlreadyArrived(bytes32 guid);
    error UnbackedCredit(address asset, uint256 balance, uint256 owed);
    error NotParked(bytes32 guid);
    error NotOwner(address caller);

    // ------------------------------------------------------------------ events
    event MoveSent(
        bytes32 indexed guid,
        address indexed owner,
        bytes32 indexed id,
        address asset,
        uint256 amount,
        uint32 dstEid,
        address dstMarket
    );
    event MoveCredited(bytes32 indexed guid, address indexed owner, address market, address asset, uint256 amount);
    /// @param reason The revert data of the market.
    event MoveParked(
        bytes32 indexed guid, address indexed owner, address market, address asset, uint256 amount, bytes reason
    );
    event ParkedClaimed(bytes32 indexed guid, address indexed owner, address indexed to, address asset, uint256 amount);

    // ------------------------------------------------------------------ source
    /// @notice Takes the caller's own collateral out, checks the health that remains and sends it.
    /// @dev The caller must have allowed the router to pull `amount + 2` of the receipt token (rounding of the market).
    /// `msg.value` pays LayerZero; the surplus goes back to the caller.
    function send(Move calldata move) external payable returns (bytes32 guid);

    /// @notice As {send}, with a permit instead of a standing allowance. A permit that was already used is not an error as
    /// long as the allowance is there.
    function sendWithPermit(Move calldata move, Permit calldata permit) external payable returns (bytes32 guid);

    /// @notice What {send} would cost and bring. Reads only the route, not the caller's position.
    function quote(Move calldata move) external view returns (MoveQuote memory);

    // ------------------------------------------------------------------ destination
    /// @notice Supplies a parked amount once more. Only its owner or recovery address. Reverts if the market still refuses.
    function retry(bytes32 guid) external;

    /// @notice Pays a parked amount out. Only its owner or recovery address.
    function claim(bytes32 guid, address to) external;

    // ------------------------------------------------------------------ reads
    /// @notice The move with this id, with a zero `guid` if it was never sent.
    function sentMove(address owner, bytes32 id) external view returns (SentMove memory);

    /// @notice How many moves an owner ever sent, and the `limit` newest, newest first.
    function latestSent(address owner, uint256 limit) external view returns (uint256 total, SentMove[] memory);

    /// @notice The arrival with this guid; `status` is `None` if it did not arrive.
    function arrival(bytes32 guid) external view returns (Arrival memory);

    /// @notice How many moves ever arrived for an owner, and the `limit` newest, newest first.
    function latestArrivals(address owner, uint256 limit) external view returns (uint256 total, Arrival[] memory);

    /// @notice The sum that is parked of an asset: the router's balance never falls below it.
    function totalParked(address asset) external view returns (uint256);

    /// @notice The trusted OFT that carries an asset, or zero.
    function oftOf(address asset) external view returns (address);

    function isMarket(address market) external view returns (bool);
    function isRemote(uint32 eid) external view returns (bool);
}
