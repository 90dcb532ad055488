import { type Address, getContractAddress, type Hex, parseUnits, zeroAddress } from 'viem'
import { aave, own } from '../artifacts/Artifact.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import { TOKEN_SPECS, TOKEN_SYMBOLS, type TokenSpec, type TokenSymbol } from '../Token.ts'
import type { Deployed, Deployment } from './Deployment.ts'
import type { TokenSet } from './deployTokens.ts'

/** One reserve of the pool. */
export type AaveReserve = {
  readonly feed: Address
  readonly aToken: Address
  readonly stableDebtToken: Address
  readonly variableDebtToken: Address
}

/** Aave V3.0 on one chain. */
export type AaveMarket = {
  readonly addressesProvider: Deployed
  readonly aclManager: Deployed
  readonly pool: Deployed
  readonly poolConfigurator: Deployed
  readonly oracle: Deployed
  readonly dataProvider: Deployed
  readonly reserves: Readonly<Record<TokenSymbol, AaveReserve>>
}

/** The e-mode category for assets that follow the price of ETH. */
export const ETH_CORRELATED = 1

const RAY = 10n ** 27n
/** Since when the feeds answer as they do, in seconds since 1970: long ago, so that no grace period runs. */
export const SINCE = 1n
/** Decimals of the prices of Aave's oracle. */
export const PRICE_DECIMALS = 8
/** How Aave numbers the variable rate. */
export const VARIABLE_RATE = 2n

/** Deploys Aave with its own libraries, lists the tokens, and supplies liquidity to borrow from. */
export function deployAave(deployment: Deployment, spec: ChainSpec, tokens: TokenSet): AaveMarket {
  const { from, deploy, call } = deployment
  const addressesProvider = deploy(aave('protocol/configuration/PoolAddressesProvider'), [`Aave ${spec.title}`, from])
  call(addressesProvider, 'setACLAdmin', [from])
  const aclManager = deploy(aave('protocol/configuration/ACLManager'), [addressesProvider.address])
  call(addressesProvider, 'setACLManager', [aclManager.address])
  for (const grant of ['addPoolAdmin', 'addEmergencyAdmin', 'addRiskAdmin']) call(aclManager, grant, [from])
  const { pool, poolConfigurator } = deployPool(deployment, addressesProvider)
  const dataProvider = deploy(aave('misc/AaveProtocolDataProvider'), [addressesProvider.address])
  call(addressesProvider, 'setPoolDataProvider', [dataProvider.address])

  const feeds = TOKEN_SYMBOLS.map((symbol) =>
    deploy(own('DevnetFeed'), [PRICE_DECIMALS, parseUnits(TOKEN_SPECS[symbol].price, PRICE_DECIMALS), SINCE, from]),
  )
  const oracle = deploy(aave('misc/AaveOracle'), [
    addressesProvider.address,
    TOKEN_SYMBOLS.map((symbol) => tokens[symbol].token.address),
    feeds.map(({ address }) => address),
    zeroAddress,
    zeroAddress,
    10n ** BigInt(PRICE_DECIMALS),
  ])
  call(addressesProvider, 'setPriceOracle', [oracle.address])

  listReserves(deployment, { spec, tokens, addressesProvider, pool, poolConfigurator })
  for (const symbol of TOKEN_SYMBOLS) addLiquidity(deployment, pool, tokens[symbol].token, TOKEN_SPECS[symbol])
  // The configurator makes three proxies per reserve, in this order; a contract's nonce begins at 1.
  const child = (nonce: number): Address => getContractAddress({ from: poolConfigurator.address, nonce: BigInt(nonce) })
  const reserve = (symbol: TokenSymbol): AaveReserve => {
    const index = TOKEN_SYMBOLS.indexOf(symbol)
    return {
      feed: feeds[index]?.address ?? zeroAddress,
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
  return { addressesProvider, aclManager, pool, poolConfigurator, oracle, dataProvider, reserves }
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
  { from, deploy, call }: Deployment,
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
  for (const symbol of TOKEN_SYMBOLS) {
    const token = TOKEN_SPECS[symbol]
    const asset = tokens[symbol].token.address
    const set = (name: string, ...args: readonly unknown[]): void => call(poolConfigurator, name, [asset, ...args])
    set('configureReserveAsCollateral', token.loanToValue, token.liquidationThreshold, token.liquidationBonus)
    set('setReserveBorrowing', true)
    if (token.stableBorrowing) set('setReserveStableRateBorrowing', true)
    set('setReserveFactor', token.reserveFactor)
    set('setSupplyCap', token.supplyCap)
    set('setBorrowCap', token.borrowCap)
    set('setLiquidationProtocolFee', 1_000n)
  }
  call(poolConfigurator, 'setEModeCategory', [ETH_CORRELATED, 9_000, 9_300, 10_100, zeroAddress, 'ETH correlated'])
  for (const symbol of TOKEN_SYMBOLS.filter((one) => TOKEN_SPECS[one].ethCorrelated)) {
    call(poolConfigurator, 'setAssetEModeCategory', [tokens[symbol].token.address, ETH_CORRELATED])
  }
}

function addLiquidity({ from, call }: Deployment, pool: Deployed, token: Deployed, spec: TokenSpec): void {
  const amount = spec.liquidity * 10n ** BigInt(spec.decimals)
  call(token, 'mint', [from, amount])
  call(token, 'approve', [pool.address, amount])
  call(pool, 'supply', [token.address, amount, from, 0])
}
