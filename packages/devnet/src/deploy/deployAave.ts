import { type Address, getContractAddress, type Hex, zeroAddress } from 'viem'
import { aave } from '../artifacts/Artifact.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import { TOKEN_SPECS, TOKEN_SYMBOLS, type TokenSymbol } from '../Token.ts'
import {
  type AaveMarket,
  type AaveReserve,
  addLiquidity,
  configureReserves,
  ETH_CORRELATED,
  ETH_CORRELATED_BONUS,
  ETH_CORRELATED_LTV,
  ETH_CORRELATED_THRESHOLD,
  SENTINEL_GRACE_PERIOD,
} from './AaveMarket.ts'
import type { Deployed, Deployment } from './Deployment.ts'
import { type FeedSet, PRICE_DECIMALS } from './deployFeeds.ts'
import type { TokenSet } from './deployTokens.ts'

const RAY = 10n ** 27n

/** What Aave is deployed upon. */
export type AaveParameters = {
  readonly spec: ChainSpec
  readonly tokens: TokenSet
  readonly feeds: FeedSet
  readonly sequencerFeed: Deployed
}

/** Deploys Aave V3.0 with its own libraries, lists the tokens, and supplies liquidity to borrow from. */
export function deployAave(deployment: Deployment, { spec, tokens, feeds, sequencerFeed }: AaveParameters): AaveMarket {
  const { from, deploy, call } = deployment
  const addressesProvider = deploy(aave('protocol/configuration/PoolAddressesProvider'), [`Aave ${spec.title}`, from])
  call(addressesProvider, 'setACLAdmin', [from])
  const aclManager = deploy(aave('protocol/configuration/ACLManager'), [addressesProvider.address])
  call(addressesProvider, 'setACLManager', [aclManager.address])
  for (const grant of ['addPoolAdmin', 'addEmergencyAdmin', 'addRiskAdmin']) call(aclManager, grant, [from])
  const { pool, poolConfigurator } = deployPool(deployment, addressesProvider)
  const dataProvider = deploy(aave('misc/AaveProtocolDataProvider'), [addressesProvider.address])
  call(addressesProvider, 'setPoolDataProvider', [dataProvider.address])
  const oracle = deploy(aave('misc/AaveOracle'), [
    addressesProvider.address,
    TOKEN_SYMBOLS.map((symbol) => tokens[symbol].token.address),
    TOKEN_SYMBOLS.map((symbol) => feeds[symbol].address),
    zeroAddress,
    zeroAddress,
    10n ** BigInt(PRICE_DECIMALS),
  ])
  call(addressesProvider, 'setPriceOracle', [oracle.address])
  const sentinelArguments = [addressesProvider.address, sequencerFeed.address, SENTINEL_GRACE_PERIOD]
  const sentinel = deploy(aave('protocol/configuration/PriceOracleSentinel'), sentinelArguments)

  listReserves(deployment, { spec, tokens, addressesProvider, pool, poolConfigurator })
  addLiquidity(deployment, pool, tokens)
  // The configurator makes three proxies per reserve, in this order; a contract's nonce begins at 1.
  const child = (nonce: number): Address => getContractAddress({ from: poolConfigurator.address, nonce: BigInt(nonce) })
  const reserve = (symbol: TokenSymbol): AaveReserve => {
    const index = TOKEN_SYMBOLS.indexOf(symbol)
    return {
      aToken: child(3 * index + 1),
      stableDebtToken: child(3 * index + 2),
      variableDebtToken: child(3 * index + 3),
    }
  }
  const reserves = {
    WETH: reserve('WETH'),
    USDC: reserve('USDC'),
    WBTC: reserve('WBTC'),
    wstETH: reserve('wstETH'),
  }
  return {
    version: '3.0',
    addressesProvider,
    aclManager,
    pool,
    poolConfigurator,
    oracle,
    dataProvider,
    sentinel,
    reserves,
  }
}

function deployPool(
  { deploy, call }: Deployment,
  addressesProvider: Deployed,
): Pick<AaveMarket, 'pool' | 'poolConfigurator'> {
  const logic = (name: string, libraries: Readonly<Record<string, Address>> = {}): Address =>
    deploy(aave(`protocol/libraries/logic/${name}`), [], libraries).address
  const BorrowLogic = logic('BorrowLogic')
  const pool = deploy(aave('protocol/pool/Pool'), [addressesProvider.address], {
    BorrowLogic,
    BridgeLogic: logic('BridgeLogic'),
    EModeLogic: logic('EModeLogic'),
    FlashLoanLogic: logic('FlashLoanLogic', { BorrowLogic }),
    LiquidationLogic: logic('LiquidationLogic'),
    PoolLogic: logic('PoolLogic'),
    SupplyLogic: logic('SupplyLogic'),
  })
  const configurator = deploy(aave('protocol/pool/PoolConfigurator'), [], {
    ConfiguratorLogic: logic('ConfiguratorLogic'),
  })
  call(addressesProvider, 'setPoolImpl', [pool.address])
  call(addressesProvider, 'setPoolConfiguratorImpl', [configurator.address])
  // The provider makes their proxies, in this order.
  const proxy = (nonce: bigint): Address => getContractAddress({ from: addressesProvider.address, nonce })
  return {
    pool: { address: proxy(1n), artifact: pool.artifact },
    poolConfigurator: { address: proxy(2n), artifact: configurator.artifact },
  }
}

function listReserves(
  deployment: Deployment,
  {
    spec,
    tokens,
    addressesProvider,
    pool,
    poolConfigurator,
  }: Pick<AaveMarket, 'addressesProvider' | 'pool' | 'poolConfigurator'> & {
    readonly spec: ChainSpec
    readonly tokens: TokenSet
  },
): void {
  const { from, deploy, call } = deployment
  const tokenization = (name: string): Address => deploy(aave(`protocol/tokenization/${name}`), [pool.address]).address
  const aTokenImpl = tokenization('AToken')
  const stableDebtTokenImpl = tokenization('StableDebtToken')
  const variableDebtTokenImpl = tokenization('VariableDebtToken')
  const strategy = deploy(aave('protocol/pool/DefaultReserveInterestRateStrategy'), [
    addressesProvider.address,
    (RAY * 80n) / 100n, // optimal usage
    0n, // base variable rate
    (RAY * 4n) / 100n, // slopes of the variable rate
    (RAY * 75n) / 100n,
    (RAY * 2n) / 100n, // slopes of the stable rate
    (RAY * 75n) / 100n,
    (RAY * 2n) / 100n, // offset of the stable rate
    (RAY * 5n) / 100n, // excess offset
    (RAY * 20n) / 100n, // optimal share of stable debt
  ])
  const prefix = spec.title.split(' ')[0]
  call(poolConfigurator, 'initReserves', [
    TOKEN_SYMBOLS.map((symbol) => ({
      aTokenImpl,
      stableDebtTokenImpl,
      variableDebtTokenImpl,
      underlyingAssetDecimals: TOKEN_SPECS[symbol].decimals,
      interestRateStrategyAddress: strategy.address,
      underlyingAsset: tokens[symbol].token.address,
      treasury: from,
      incentivesController: zeroAddress,
      aTokenName: `Aave ${prefix} ${symbol}`,
      aTokenSymbol: `a${prefix}${symbol}`,
      variableDebtTokenName: `Aave ${prefix} Variable Debt ${symbol}`,
      variableDebtTokenSymbol: `variableDebt${prefix}${symbol}`,
      stableDebtTokenName: `Aave ${prefix} Stable Debt ${symbol}`,
      stableDebtTokenSymbol: `stableDebt${prefix}${symbol}`,
      params: '0x10' satisfies Hex,
    })),
  ])
  configureReserves(deployment, poolConfigurator, tokens)
  for (const symbol of TOKEN_SYMBOLS.filter((one) => TOKEN_SPECS[one].stableBorrowing)) {
    call(poolConfigurator, 'setReserveStableRateBorrowing', [tokens[symbol].token.address, true])
  }
  call(poolConfigurator, 'setEModeCategory', [
    ETH_CORRELATED,
    ETH_CORRELATED_LTV,
    ETH_CORRELATED_THRESHOLD,
    ETH_CORRELATED_BONUS,
    zeroAddress,
    'ETH correlated',
  ])
  for (const symbol of TOKEN_SYMBOLS.filter((one) => TOKEN_SPECS[one].ethCorrelated)) {
    call(poolConfigurator, 'setAssetEModeCategory', [tokens[symbol].token.address, ETH_CORRELATED])
  }
}
