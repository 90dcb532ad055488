// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "forge-std/Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CollateralRouter} from "../src/CollateralRouter.sol";
import {Create3Factory} from "../src/Create3Factory.sol";
import {DevnetOFT} from "../src/devnet/DevnetOFT.sol";
import {DevnetOFTAdapter} from "../src/devnet/DevnetOFTAdapter.sol";
import {DevnetToken} from "../src/devnet/DevnetToken.sol";
import {
    Action,
    ArrivalStatus,
    Grant,
    MarketConfig,
    Move,
    Protocol,
    RouterConfig
} from "../src/interfaces/ICollateralRouter.sol";
import {MoveMessage} from "../src/libraries/MoveMessage.sol";
import {CoinOFT} from "./mocks/CoinOFT.sol";
import {LoopbackEndpoint} from "./mocks/LoopbackEndpoint.sol";
import {FeeToken} from "./mocks/FeeToken.sol";
import {HookToken} from "./mocks/HookToken.sol";
import {MockAavePool} from "./mocks/MockAavePool.sol";
import {MockAToken} from "./mocks/MockAToken.sol";
import {TetherToken} from "./mocks/TetherToken.sol";
import {WrappedCoin} from "./mocks/WrappedCoin.sol";

/// @notice One router between two markets, with an OFT, an adapter, and a token of each unpleasant kind.
abstract contract RouterTest is Test {
    uint32 internal constant OWN_EID = 30_110;
    uint32 internal constant REMOTE_EID = 30_184;
    uint32 internal constant OTHER_REMOTE_EID = 30_111;
    uint32 internal constant UNKNOWN_EID = 30_101;
    uint32 internal constant SETTLE_GAS = 600_000;
    uint256 internal constant FEE = 0.01 ether;

    LoopbackEndpoint internal endpoint;
    Create3Factory internal factory;
    CollateralRouter internal router;
    MockAavePool internal source;
    MockAavePool internal destination;
    DevnetOFT internal weth;
    DevnetToken internal usdc;
    HookToken internal hookToken;
    FeeToken internal feeToken;
    DevnetOFTAdapter internal usdcOft;
    DevnetOFTAdapter internal hookOft;
    DevnetOFTAdapter internal feeOft;
    TetherToken internal tether;
    DevnetOFTAdapter internal tetherOft;
    WrappedCoin internal coin;
    CoinOFT internal coinOft;

    address internal alice;
    uint256 internal aliceKey;
    address internal bob = makeAddr("bob");
    address internal mallory = makeAddr("mallory");
    address internal safe = makeAddr("safe");

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        (alice, aliceKey) = makeAddrAndKey("alice");
        endpoint = new LoopbackEndpoint(OWN_EID);
        source = new MockAavePool();
        destination = new MockAavePool();
        weth = new DevnetOFT("Wrapped Ether", "WETH", 18, address(endpoint), address(this));
        usdc = new DevnetToken("USD Coin", "USDC", 6, address(this));
        hookToken = new HookToken();
        feeToken = new FeeToken();
        usdcOft = new DevnetOFTAdapter(address(usdc), address(endpoint), address(this));
        hookOft = new DevnetOFTAdapter(address(hookToken), address(endpoint), address(this));
        feeOft = new DevnetOFTAdapter(address(feeToken), address(endpoint), address(this));
        tether = new TetherToken();
        tetherOft = new DevnetOFTAdapter(address(tether), address(endpoint), address(this));
        coin = new WrappedCoin();
        coinOft = new CoinOFT(address(endpoint), address(this));
        address[6] memory ofts = _ofts();
        address[6] memory assets = _assets();
        for (uint256 i = 0; i < ofts.length; ++i) {
            DevnetOFT(ofts[i]).setPeer(REMOTE_EID, bytes32(uint256(uint160(ofts[i]))));
            DevnetOFT(ofts[i]).setPeer(OTHER_REMOTE_EID, bytes32(uint256(uint160(ofts[i]))));
            source.list(assets[i], true);
            destination.list(assets[i], true);
        }
        factory = new Create3Factory();
        router = CollateralRouter(
            payable(factory.deploy(
                    "router", abi.encodePacked(type(CollateralRouter).creationCode, abi.encode(_config()))
                ))
        );
        for (uint256 i = 0; i < 3; ++i) {
            vm.deal([alice, bob, mallory][i], 100 ether);
        }
    }

    function _ofts() internal view returns (address[6] memory) {
        return
            [address(weth), address(usdcOft), address(hookOft), address(feeOft), address(tetherOft), address(coinOft)];
    }

    function _assets() internal view returns (address[6] memory) {
        return [address(weth), address(usdc), address(hookToken), address(feeToken), address(tether), address(coin)];
    }

    function _config() internal view returns (RouterConfig memory config) {
        config.endpoint = address(endpoint);
        config.remotes = new uint32[](2);
        (config.remotes[0], config.remotes[1]) = (REMOTE_EID, OTHER_REMOTE_EID);
        config.markets = new MarketConfig[](2);
        (config.markets[0].protocol, config.markets[0].market) = (Protocol.AaveV3, address(source));
        (config.markets[1].protocol, config.markets[1].market) = (Protocol.AaveV3, address(destination));
        address[6] memory ofts = _ofts();
        config.ofts = new address[](ofts.length);
        for (uint256 i = 0; i < ofts.length; ++i) {
            config.ofts[i] = ofts[i];
        }
        config.wrappedNative = address(coin);
    }

    function _mint(address asset, address to, uint256 amount) internal {
        if (asset == address(coin)) {
            // Wrapped coins are backed.
            vm.deal(address(coin), address(coin).balance + amount);
        }
        // Every test token has this signature, and this contract owns those that have an owner.
        DevnetToken(asset).mint(to, amount);
    }

    function _supply(address user, address asset, uint256 amount) internal {
        _supplyTo(source, user, asset, amount);
    }

    function _supplyTo(MockAavePool pool, address user, address asset, uint256 amount) internal {
        _mint(asset, user, amount);
        vm.startPrank(user);
        SafeERC20.forceApprove(IERC20(asset), address(pool), amount);
        pool.supply(asset, amount, user, 0);
        vm.stopPrank();
    }

    /// @notice A debt, and collateral for it, without a trace in the wallet.
    function _borrow(MockAavePool pool, address user, address asset, uint256 amount) internal {
        // Others' money, and collateral of another asset.
        _supplyTo(pool, address(0xb0b), asset, amount);
        _supplyTo(pool, user, address(usdc), amount * 10);
        vm.prank(user);
        pool.borrow(asset, amount);
        vm.prank(user);
        SafeERC20.safeTransfer(IERC20(asset), address(0xdead), amount);
    }

    function _owed(MockAavePool pool, address user, address asset) internal view returns (uint256) {
        return pool.debtTokenOf(asset).balanceOf(user);
    }

    function _allow(address user, address asset, uint256 amount) internal {
        MockAToken aToken = source.aTokenOf(asset);
        vm.prank(user);
        aToken.approve(address(router), amount);
    }

    /// @notice A move of WETH that nothing is wrong with.
    function _move(uint256 amount) internal view returns (Move memory) {
        return Move({
            id: "move 1",
            market: address(source),
            marketId: 0,
            asset: address(weth),
            amount: amount,
            minAmount: 0,
            minHealthFactor: 1.1e18,
            dstEid: REMOTE_EID,
            action: Action.Supply,
            dstMarket: address(destination),
            dstMarketId: 0,
            recovery: address(0),
            deadline: uint64(block.timestamp + 1 hours),
            deliveryGas: 200_000,
            settleGas: SETTLE_GAS
        });
    }

    function _send(address user, Move memory move) internal returns (bytes32 guid) {
        vm.prank(user);
        return router.send{value: FEE}(move);
    }

    /// @notice From a fresh supply to the endpoint's queue.
    function _sendFrom(address user, Move memory move) internal returns (bytes32 guid) {
        _supply(user, move.asset, move.amount + 10);
        _allow(user, move.asset, move.amount + 2);
        return _send(user, move);
    }

    /// @notice From a fresh supply to the compose queue on the other side.
    function _deliverFrom(address user, Move memory move) internal returns (bytes32 guid) {
        guid = _sendFrom(user, move);
        endpoint.deliver(guid);
    }

    /// @notice From a fresh supply to an amount that the destination refused.
    function _parkFrom(address user, Move memory move) internal returns (bytes32 guid) {
        guid = _deliverFrom(user, move);
        destination.setPaused(true);
        endpoint.compose(guid);
        destination.setPaused(false);
    }

    /// @notice With the gas that the sender bought, as an executor does.
    function _composeAsBought(bytes32 guid) internal {
        _composeWith(guid, endpoint.composeGasOf(guid));
    }

    function _composeWith(bytes32 guid, uint256 gasLimit) internal {
        LoopbackEndpoint.Composed memory queued = endpoint.composed(guid);
        // A transaction of its own finds every slot cold.
        address[10] memory touched = [
            address(router),
            address(endpoint),
            address(destination),
            address(destination.aTokenOf(address(weth))),
            address(weth),
            address(usdc),
            address(hookToken),
            address(coin),
            address(coinOft),
            address(destination.debtTokenOf(address(weth)))
        ];
        for (uint256 i = 0; i < touched.length; ++i) {
            vm.cool(touched[i]);
        }
        endpoint.lzCompose{gas: gasLimit}(queued.from, queued.to, guid, 0, queued.message, "");
    }

    function _status(bytes32 guid) internal view returns (ArrivalStatus) {
        return router.arrival(guid).status;
    }

    function _assertStatus(bytes32 guid, ArrivalStatus status) internal view {
        assertEq(uint256(_status(guid)), uint256(status), "status");
    }

    function _supplied(MockAavePool pool, address user, address asset) internal view returns (uint256) {
        return pool.aTokenOf(asset).balanceOf(user);
    }

    function _assertNothingLeft(address asset) internal view {
        assertEq(IERC20(asset).balanceOf(address(router)), 0, "asset left");
        assertEq(_supplied(source, address(router), asset), 0, "receipt tokens left");
        assertEq(IERC20(asset).allowance(address(router), router.oftOf(asset)), 0, "allowance to the OFT left");
        assertEq(IERC20(asset).allowance(address(router), address(source)), 0, "allowance to the source left");
        assertEq(IERC20(asset).allowance(address(router), address(destination)), 0, "allowance to the market left");
        assertEq(address(router).balance, 0, "native left");
    }

    function _signPermit(Move memory move, uint256 value, uint256 key) internal view returns (Grant memory permit) {
        permit.value = value;
        permit.deadline = block.timestamp + 1 hours;
        MockAToken aToken = source.aTokenOf(move.asset);
        address owner = vm.addr(key);
        bytes32 digest = aToken.permitDigest(owner, address(router), value, aToken.nonces(owner), permit.deadline);
        (permit.give.v, permit.give.r, permit.give.s) = vm.sign(key, digest);
    }

    /// @notice A compose message as an OFT writes it, with every field in the hand of the test.
    function _composeMessage(uint32 srcEid, uint256 amount, bytes32 composeFrom, bytes memory body)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(uint64(1), srcEid, amount, composeFrom, body);
    }

    function _body(address owner) internal view returns (bytes memory) {
        return MoveMessage(owner, false, address(0), address(destination), 0, Action.Supply, SETTLE_GAS).encode();
    }

    function _self() internal view returns (bytes32) {
        return bytes32(uint256(uint160(address(router))));
    }
}
