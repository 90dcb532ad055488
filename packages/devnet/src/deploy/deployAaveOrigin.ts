import { type Address, encodeAbiParameters, getContractAddress, type Hex, parseAbiParameters, zeroAddress } from 'viem'
import type { Compiled } from '../compile/ensureCompiled.ts'
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
import type { AaveParameters } from './deployAave.ts'
import { PRICE_DECIMALS } from './deployFeeds.ts'

/** Optimal usage, base rate and both slopes in basis points: the same curve as the 3.0 pool's. */
const RATES: Hex = encodeAbiParameters(
  parseAbiParameters('(uint16 optimal, uint32 base, uint32 slope1, uint32 slope2)'),
  [{ optimal: 8_000, base: 0, slope1: 400, slope2: 7_500 }],
)

/** Deploys Aave V3.6 as its own deployment procedures do, with the same reserves, caps and e-mode as the 3.0 pool. */
export function deployAaveOrigin(
  deployment: Deployment,
  { spec, tokens, feeds, sequencerFeed, compiled }: AaveParameters & { readonly compiled: Compiled },
): AaveMarket {
  const { from, deploy, call } = deployment
  const addressesProvider = deploy(compiled('PoolAddressesProvider'), [`Aave ${spec.title}`, from])
  const strategy = deploy(compiled('DefaultReserveInterestRateStrategyV2'), [addressesProvider.address])
  call(addressesProvider, 'setACLAdmin', [from])
  const aclManager = deploy(compiled('ACLManager'), [addressesProvider.address])
  call(addressesProvider, 'setACLManager', [aclManager.address])
  for (const grant of ['addPoolAdmin', 'addEmergencyAdmin', 'addRiskAdmin']) call(aclManager, grant, [from])
  const { pool, poolConfigurator } = deployPool(deployment, { addressesProvider, strategy, compiled })
  const dataProvider = deploy(compiled('AaveProtocolDataProvider'), [addressesProvider.address])
  call(addressesProvider, 'setPoolDataProvider', [dataProvider.address])
  const oracle = deploy(compiled('AaveOracle'), [
    addressesProvider.address,
    TOKEN_SYMBOLS.map((symbol) => tokens[symbol].token.address),
    TOKEN_SYMBOLS.map((symbol) => feeds[symbol].address),
    zeroAddress,
    zeroAddress,
    10n ** BigInt(PRICE_DECIMALS),
  ])
  call(addressesProvider, 'setPriceOracle', [oracle.address])
  const sentinelArguments = [addressesProvider.address, sequencerFeed.address, SENTINEL_GRACE_PERIOD]
  const sentinel = deploy(compiled('PriceOracleSentinel'), sentinelArguments)

  const aTokenImpl = deploy(compiled('ATokenInstance'), [pool.address, zeroAddress, from]).address
  const variableDebtTokenImpl = deploy(compiled('VariableDebtTokenInstance'), [pool.address, zeroAddress]).address
  const prefix = spec.title.split(' ')[0]
  call(poolConfigurator, 'initReserves', [
    TOKEN_SYMBOLS.map((symbol) => ({
      aTokenImpl,
      variableDebtTokenImpl,
      underlyingAsset: tokens[symbol].token.address,
      aTokenName: `Aave ${prefix} ${symbol}`,
      aTokenSymbol: `a${prefix}${symbol}`,
      variableDebtTokenName: `Aave ${prefix} Variable Debt ${symbol}`,
      variableDebtTokenSymbol: `variableDebt${prefix}${symbol}`,
      params: '0x10' satisfies Hex,
      interestRateData: RATES,
    })),
  ])
  configureReserves(deployment, poolConfigurator, tokens)
  call(poolConfigurator, 'setEModeCategory', [
    ETH_CORRELATED,
    ETH_CORRELATED_LTV,
    ETH_CORRELATED_THRESHOLD,
    ETH_CORRELATED_BONUS,
    'ETH correlated',
  ])
  for (const symbol of TOKEN_SYMBOLS.filter((one) => TOKEN_SPECS[one].ethCorrelated)) {
    for (const set of ['setAssetCollateralInEMode', 'setAssetBorrowableInEMode']) {
      call(poolConfigurator, set, [tokens[symbol].token.address, ETH_CORRELATED, true])
    }
  }
  addLiquidity(deployment, pool, tokens)
  // The configurator makes two proxies per reserve, in this order; a contract's nonce begins at 1.
  const child = (nonce: number): Address => getContractAddress({ from: poolConfigurator.address, nonce: BigInt(nonce) })
  const reserve = (symbol: TokenSymbol): AaveReserve => {
    const index = TOKEN_SYMBOLS.indexOf(symbol)
    return { aToken: child(2 * index + 1), variableDebtToken: child(2 * index + 2) }
  }
  const reserves = {
    WETH: reserve('WETH'),
    USDC: reserve('USDC'),
    WBTC: reserve('WBTC'),
    wstETH: reserve('wstETH'),
  }
  return {
    version: '3.6',
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
  {
    addressesProvider,
    strategy,
    compiled,
  }: { readonly addressesProvider: Deployed; readonly strategy: Deployed; readonly compiled: Compiled },
): Pick<AaveMarket, 'pool' | 'poolConfigurator'> {
  const logic = (name: string, libraries: Readonly<Record<string, Address>> = {}): Address =>
    deploy(compiled(name), [], libraries).address
  const BorrowLogic = logic('BorrowLogic')
  const pool = deploy(compiled('PoolInstance'), [addressesProvider.address, strategy.address], {
    BorrowLogic,
    FlashLoanLogic: logic('FlashLoanLogic', { BorrowLogic }),
    LiquidationLogic: logic('LiquidationLogic'),
    PoolLogic: logic('PoolLogic'),
    SupplyLogic: logic('SupplyLogic'),
  })
  const configurator = deploy(compiled('PoolConfiguratorInstance'), [], {
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
