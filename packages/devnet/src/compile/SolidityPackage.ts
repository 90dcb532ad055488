/** A protocol's sources in packages from npm, and how to compile them. */
export type SolidityPackage = {
  /** Of its file in the cache. */
  readonly name: string
  /** The package of the compiler. */
  readonly compiler: 'solc' | 'solc-0.8.19'
  /** Where the contracts lie: a package and a folder in it. */
  readonly folder: string
  /** Paths in that folder, without ending. Nothing else becomes bytecode. */
  readonly contracts: readonly string[]
  /** Packages that sources may come from; theirs first. */
  readonly packages: readonly [string, ...string[]]
  /** The compiler's settings, but for what it shall put out. */
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * Morpho Blue with the settings of its own tests: its deployments are compiled by way of the intermediate language, which
 * means the same and takes four times as long.
 */
export const MORPHO_BLUE: SolidityPackage = {
  name: 'morpho-blue',
  compiler: 'solc-0.8.19',
  folder: '@morpho-org/morpho-blue/src',
  contracts: ['Morpho', 'mocks/IrmMock'],
  packages: ['@morpho-org/morpho-blue'],
  settings: {
    optimizer: { enabled: true, runs: 999_999 },
    evmVersion: 'paris',
    metadata: { bytecodeHash: 'none' },
  },
}

/** Aave V3.6 with the settings of its repository. */
export const AAVE_V3_ORIGIN: SolidityPackage = {
  name: 'aave-v3-origin',
  compiler: 'solc',
  folder: '@aave-dao/aave-v3-origin/src/contracts',
  contracts: [
    'protocol/configuration/PoolAddressesProvider',
    'protocol/configuration/ACLManager',
    'protocol/libraries/logic/BorrowLogic',
    'protocol/libraries/logic/ConfiguratorLogic',
    'protocol/libraries/logic/FlashLoanLogic',
    'protocol/libraries/logic/LiquidationLogic',
    'protocol/libraries/logic/PoolLogic',
    'protocol/libraries/logic/SupplyLogic',
    'instances/PoolInstance',
    'instances/PoolConfiguratorInstance',
    'instances/ATokenInstance',
    'instances/VariableDebtTokenInstance',
    'misc/AaveOracle',
    'misc/DefaultReserveInterestRateStrategyV2',
    'misc/PriceOracleSentinel',
    'helpers/AaveProtocolDataProvider',
    'helpers/UiPoolDataProviderV3',
  ],
  packages: ['@aave-dao/aave-v3-origin', '@openzeppelin/contracts'],
  settings: {
    remappings: ['openzeppelin-contracts/contracts/=@openzeppelin/contracts/'],
    optimizer: { enabled: true, runs: 200 },
    evmVersion: 'shanghai',
    metadata: { bytecodeHash: 'none' },
  },
}
