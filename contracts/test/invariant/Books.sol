// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CommonBase} from "forge-std/Base.sol";
import {StdUtils} from "forge-std/StdUtils.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CollateralRouter} from "../../src/CollateralRouter.sol";
import {DevnetToken} from "../../src/devnet/DevnetToken.sol";
import {ArrivalStatus} from "../../src/interfaces/ICollateralRouter.sol";
import {MorphoMarketParams} from "../../src/interfaces/IMorphoBlue.sol";
import {FeeToken} from "../mocks/FeeToken.sol";
import {HookToken} from "../mocks/HookToken.sol";
import {LoopbackEndpoint} from "../mocks/LoopbackEndpoint.sol";
import {MockAavePool} from "../mocks/MockAavePool.sol";
import {MockComet} from "../mocks/MockComet.sol";
import {MockComptroller} from "../mocks/MockComptroller.sol";
import {MockMorpho, MockMorphoOracle} from "../mocks/MockMorpho.sol";
import {MockVToken} from "../mocks/MockVToken.sol";

/// @notice What owners have and what was sent, counted without the router's help.
abstract contract Books is CommonBase, StdUtils {
    struct World {
        CollateralRouter router;
        LoopbackEndpoint endpoint;
        MockAavePool source;
        MockAavePool destination;
        MockMorpho morpho;
        MockMorphoOracle oracle;
        MorphoMarketParams params;
        bytes32 marketId;
        MockComet comet;
        MockComptroller comptroller;
        MockVToken vWeth;
        MockVToken vUsdc;
        address minter;
        address[6] assets;
        address[3] owners;
        uint256[3] keys;
    }

    struct Sending {
        address sender;
        address recovery;
        uint256 what;
        uint256 to;
        bool repays;
        /// Sent by its owner without a router.
        bool isForeign;
        uint256 amount;
    }

    uint256 internal constant WETH = 0;
    uint256 internal constant USDC = 1;
    uint256 internal constant HOOK = 2;
    uint256 internal constant FEE = 3;
    uint256 internal constant COIN = 5;

    uint256 internal constant AAVE = 0;
    uint256 internal constant MORPHO = 1;
    uint256 internal constant COMET = 2;
    uint256 internal constant COMPOUND = 3;
    /// A market that the destination does not trust.
    uint256 internal constant NOWHERE = 4;

    address public constant STRANGER = address(0xbad);
    address public constant CLAIMANT = address(0xc1a1);
    address public constant RECOVERY = address(0x5afe);

    World internal _w;
    mapping(bytes32 guid => Sending) internal _sendings;
    /// What the router holds of an asset (coins and wrapped ones together) that is not parked: delivered and not composed yet,
    /// or given.
    mapping(address asset => uint256) public unowned;
    /// How often each guid left the state "parked or unknown".
    mapping(bytes32 guid => uint256) public settlements;
    mapping(bytes32 guid => bool) public delivered;
    /// What a token that calls out would deliver, in the middle of anything.
    bytes32 internal _armed;
    /// A token calls out on each transfer, or refuses somebody.
    bool internal _hookIsOn;

    constructor(World memory world) {
        _w = world;
    }

    function senderOf(bytes32 guid) external view returns (address) {
        return _sendings[guid].sender;
    }

    function assetOf(bytes32 guid) public view returns (address) {
        return _w.assets[_sendings[guid].what];
    }

    /// What the router holds, coins and wrapped ones together.
    function holding(uint256 what) public view returns (uint256) {
        uint256 coins = what == COIN ? address(_w.router).balance : 0;
        return IERC20(_w.assets[what]).balanceOf(address(_w.router)) + coins;
    }

    /// What an owner has of an asset: collateral, wallet, less debt.
    function _sumOf(address owner, uint256 what) internal view returns (uint256 sum) {
        address asset = _w.assets[what];
        sum = 1e30 + IERC20(asset).balanceOf(owner) + _w.source.aTokenOf(asset).balanceOf(owner)
            + _w.destination.aTokenOf(asset).balanceOf(owner) - _w.destination.debtTokenOf(asset).balanceOf(owner);
        if (what == WETH) {
            (,, uint256 inMorpho) = _w.morpho.position(_w.marketId, owner);
            (uint256 inComet,) = _w.comet.userCollateral(owner, asset);
            sum += inMorpho + inComet;
        }
        if (what == USDC) {
            sum -= _morphoDebtOf(owner) + _w.comet.borrowBalanceOf(owner) + _w.vUsdc.borrowBalanceStored(owner);
        }
        if (what <= USDC) sum += _worthOf(what == WETH ? _w.vWeth : _w.vUsdc, owner);
    }

    function _worthOf(MockVToken token, address owner) private view returns (uint256) {
        return token.balanceOf(owner) * token.exchangeRateStored() / 1e18;
    }

    function _morphoDebtOf(address owner) internal view returns (uint256) {
        (, uint256 shares,) = _w.morpho.position(_w.marketId, owner);
        (,, uint256 assets, uint256 all,,) = _w.morpho.market(_w.marketId);
        return (shares * (assets + 1) + all + 1e6 - 1) / (all + 1e6);
    }

    /// What rounding may take or give: a share of Compound's is worth 2e8 of the smallest units of WETH.
    function _isAbout(uint256 what, uint256 sum, uint256 expected) internal pure returns (bool) {
        uint256 tolerance = what == WETH ? 2e9 : 12;
        return sum <= expected + tolerance && sum + tolerance >= expected;
    }

    /// Whether the market would take what is on its way.
    function _isHealthy(bytes32 guid) internal view returns (bool) {
        Sending memory sending = _sendings[guid];
        if (sending.isForeign || sending.to == NOWHERE) return false;
        if (sending.what == FEE && FeeToken(_w.assets[FEE]).takesFee()) return false;
        if (sending.what == HOOK && _hookIsOn) return false;
        if (sending.to == AAVE) return _isHealthyAtAave(sending);
        if (sending.what != (sending.repays ? USDC : WETH)) {
            // The rest is what these markets do not take, but for one.
            return sending.to == COMPOUND && sending.what == USDC && _isEntered(sending.sender, _w.vUsdc);
        }
        if (sending.repays && !_owes(sending.sender, sending.what, sending.to)) return false;
        if (sending.to == MORPHO) return !_w.morpho.paused();
        if (sending.to == COMET) return !_w.comet.isSupplyPaused();
        return sending.repays ? !_w.vUsdc.paused() : _isEntered(sending.sender, _w.vWeth);
    }

    function _owes(address owner, uint256 what, uint256 where) internal view returns (bool) {
        if (where == AAVE) return _w.destination.debtTokenOf(_w.assets[what]).balanceOf(owner) != 0;
        if (where == NOWHERE || what != USDC) return false;
        if (where == MORPHO) return _morphoDebtOf(owner) != 0;
        if (where == COMET) return _w.comet.borrowBalanceOf(owner) != 0;
        return _w.vUsdc.borrowBalanceStored(owner) != 0 && _w.vUsdc.totalBorrows() != 0;
    }

    function _isHealthyAtAave(Sending memory sending) private view returns (bool) {
        if (_w.destination.paused()) return false;
        if (!sending.repays) return !_w.destination.frozen() && _w.destination.supplyCap() != 0;
        return _owes(sending.sender, sending.what, AAVE);
    }

    function _isEntered(address owner, MockVToken token) private view returns (bool) {
        return !token.paused() && _w.comptroller.checkMembership(owner, address(token));
    }

    function _refuses(address account, uint256 what) internal view returns (bool) {
        return what == HOOK && HookToken(_w.assets[HOOK]).blocked(account);
    }

    function _give(address to, uint256 what, uint256 amount) internal {
        address asset = _w.assets[what];
        if (what == COIN) vm.deal(asset, asset.balance + amount);
        vm.prank(_w.minter);
        DevnetToken(asset).mint(to, amount);
    }

    /// A moderate amount of any asset, in its own units.
    function _amountOf(uint256 what, uint256 seed) internal pure returns (uint256) {
        uint256 unit = what == USDC ? 1e6 : what == 4 ? 1e8 : 1e18;
        // A share of Compound may be lost, of 10,000 of the smallest units of USDC.
        return _bound(seed, what == USDC ? unit / 10 : unit / 1e4, 10 * unit);
    }

    // ------------------------------------------------------------------ picks: the first that will do, from anywhere on

    function _pick(uint256 which) internal view returns (bytes32 guid) {
        uint256 count = _w.endpoint.guidCount();
        if (count != 0) guid = _w.endpoint.guids(which % count);
    }

    function _pickUndelivered(uint256 which) internal view returns (bytes32 guid) {
        uint256 count = _w.endpoint.guidCount();
        for (uint256 i = 0; i < count; ++i) {
            guid = _w.endpoint.guids((which % count + i) % count);
            if (!delivered[guid]) return guid;
        }
        return 0;
    }

    function _pickQueued(uint256 which) internal view returns (bytes32 guid) {
        uint256 count = _w.endpoint.guidCount();
        for (uint256 i = 0; i < count; ++i) {
            guid = _w.endpoint.guids((which % count + i) % count);
            if (_w.endpoint.isQueued(guid)) return guid;
        }
        return 0;
    }

    /// One that the market would take, if there is one.
    function _pickParked(uint256 which) internal view returns (bytes32 any) {
        uint256 count = _w.endpoint.guidCount();
        for (uint256 i = 0; i < count; ++i) {
            bytes32 guid = _w.endpoint.guids((which % count + i) % count);
            if (_w.router.arrival(guid).status != ArrivalStatus.Parked) continue;
            if (_isHealthy(guid)) return guid;
            any = guid;
        }
    }
}
