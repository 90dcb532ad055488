import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Abi, type Address, encodeDeployData, encodeFunctionData, getAddress, type Hex, numberToHex } from 'viem'

/** A token that is lent, and its market. */
export type VenusToken = {
  readonly symbol: string
  readonly asset: Address
  readonly decimals: number
  readonly token: Address
  readonly isTimeBased: boolean
}

/** A pool of Venus on a local chain; `admin` may do everything. */
export type Venus = {
  readonly admin: Address
  readonly comptroller: Address
  readonly oracle: Address
  readonly registry: Address
  readonly tokens: readonly [VenusToken, ...VenusToken[]]
  /** Interest rate models by whether they count seconds. */
  readonly models: Readonly<Record<'time' | 'block', readonly [Address, ...Address[]]>>
}

type Artifact = { readonly abi: Abi; readonly bytecode: Hex }
type Request = (method: string, params: readonly unknown[]) => Promise<unknown>

const WAD = 10n ** 18n
const MAX = 2n ** 256n - 1n
const BLOCKS_PER_YEAR = 10_512_000n
/** Answers every call with one: who may do what, and where fees go. The fee sink must be a contract. */
const YES: Hex = '0x600160005260206000f3'

const root = dirname(createRequire(import.meta.url).resolve('@venusprotocol/isolated-pools/package.json'))

/** The package's own artifact of a contract. */
export function artifact(name: string, folder = `contracts/${name}.sol`): Artifact {
  return JSON.parse(readFileSync(join(root, 'artifacts', folder, `${name}.json`), 'utf8')) as Artifact
}

/** Deploys a pool with five markets: 6, 8, 18 and 24 decimals, by seconds and by blocks, all three interest rate models. */
export async function deployVenus(request: Request): Promise<Venus> {
  const [admin] = (await request('eth_accounts', [])) as readonly [Address]
  const registry: Address = '0x00000000000000000000000000000000000000fe'
  const sink: Address = '0x00000000000000000000000000000000000000fd'
  await request('anvil_setCode', [sink, YES])
  await request('anvil_autoImpersonateAccount', [true])
  await request('anvil_setBalance', [registry, numberToHex(WAD)])

  const send = async (from: Address, to: Address | undefined, data: Hex): Promise<Address | undefined> => {
    const hash = await request('eth_sendTransaction', [{ from, to, data, gas: numberToHex(20_000_000) }])
    for (;;) {
      const receipt = (await request('eth_getTransactionReceipt', [hash])) as
        | { readonly status: Hex; readonly contractAddress: Address | null }
        | undefined
      if (!receipt) continue
      if (receipt.status !== '0x1') throw new TypeError(`a transaction to ${to ?? 'deploy'} reverted`)
      return receipt.contractAddress ?? undefined
    }
  }
  const deploy = async ({ abi, bytecode }: Artifact, args: readonly unknown[]): Promise<Address> => {
    const made = await send(admin, undefined, encodeDeployData({ abi, bytecode, args }))
    if (made === undefined) throw new TypeError('no contract was made')
    return getAddress(made)
  }
  const call = (to: Address, { abi }: Artifact, functionName: string, args: readonly unknown[], from = admin) =>
    send(from, to, encodeFunctionData({ abi, functionName, args }))
  /** The implementations refuse to be initialised, so that each contract is a minimal proxy. */
  const proxyOf = (code: Address) =>
    deploy(
      { abi: [], bytecode: `0x3d602d80600a3d3981f3363d3d373d3d3d363d73${code.slice(2)}5af43d82803e903d91602b57fd5bf3` },
      [],
    )

  const Comptroller = artifact('Comptroller')
  const VToken = artifact('VToken')
  const Oracle = artifact('MockPriceOracle', 'contracts/test/Mocks/MockPriceOracle.sol')
  const Token = artifact('MockToken', 'contracts/test/Mocks/MockToken.sol')
  const comptroller = await proxyOf(await deploy(Comptroller, [registry]))
  await call(comptroller, Comptroller, 'initialize', [100n, sink])
  const oracle = await deploy(Oracle, [])
  await call(comptroller, Comptroller, 'setPriceOracle', [oracle])
  await call(comptroller, Comptroller, 'setCloseFactor', [WAD / 2n])
  await call(comptroller, Comptroller, 'setLiquidationIncentive', [(11n * WAD) / 10n])
  await call(comptroller, Comptroller, 'setMinLiquidatableCollateral', [100_000n * WAD])

  const modelsOf = async (isTimeBased: boolean): Promise<readonly [Address, ...Address[]]> => {
    const base = [isTimeBased, isTimeBased ? 0n : BLOCKS_PER_YEAR]
    return [
      await deploy(artifact('JumpRateModelV2'), [WAD / 50n, WAD / 5n, 3n * WAD, (8n * WAD) / 10n, sink, ...base]),
      await deploy(artifact('TwoKinksInterestRateModel'), [
        0n,
        WAD / 10n,
        (4n * WAD) / 10n,
        WAD / 3n,
        WAD / 100n,
        (9n * WAD) / 10n,
        4n * WAD,
        ...base,
      ]),
      await deploy(artifact('WhitePaperInterestRateModel'), [WAD / 30n, WAD / 4n, ...base]),
    ]
  }
  const models = { time: await modelsOf(true), block: await modelsOf(false) }
  const code = {
    time: await deploy(VToken, [true, 0n, WAD]),
    block: await deploy(VToken, [false, BLOCKS_PER_YEAR, WAD]),
  }

  const list = async (
    symbol: string,
    decimals: number,
    kind: 'time' | 'block',
    model: number,
    firstRate: bigint,
    price: bigint,
  ): Promise<VenusToken> => {
    const asset = await deploy(Token, [symbol, symbol, decimals])
    const token = await proxyOf(code[kind])
    const rates = models[kind][model] ?? models[kind][0]
    await call(token, VToken, 'initialize', [
      asset,
      comptroller,
      rates,
      firstRate,
      `v${symbol}`,
      `v${symbol}`,
      8,
      admin,
      sink,
      { shortfall: admin, protocolShareReserve: sink },
      WAD / 10n,
    ])
    // Reserves are paid out with each accrual of some, once a month of others.
    if (decimals !== 6) await call(token, VToken, 'setReduceReservesBlockDelta', [2_592_000n])
    await call(oracle, Oracle, 'setPrice', [asset, price * 10n ** BigInt(36 - decimals)])
    await call(comptroller, Comptroller, 'supportMarket', [token], registry)
    await call(comptroller, Comptroller, 'setCollateralFactor', [
      token,
      // Where both are the same, interest alone makes a full loan liquidatable at once.
      decimals === 8 ? (8n * WAD) / 10n : (7n * WAD) / 10n,
      (8n * WAD) / 10n,
    ])
    await call(comptroller, Comptroller, 'setMarketSupplyCaps', [[token], [MAX]])
    await call(comptroller, Comptroller, 'setMarketBorrowCaps', [[token], [MAX]])
    return { symbol, asset, decimals, token, isTimeBased: kind === 'time' }
  }
  return {
    admin,
    comptroller,
    oracle,
    registry,
    models,
    tokens: [
      await list('USDC', 6, 'time', 0, 10n ** 16n, 1n),
      await list('WBTC', 8, 'time', 1, 10n ** 18n, 60_000n),
      await list('WETH', 18, 'time', 2, 10n ** 28n, 3_000n),
      await list('ARB', 18, 'block', 0, 10n ** 18n + 12_345n, 2n),
      await list('YOCTO', 24, 'block', 1, 10n ** 34n, 5n),
    ],
  }
}
