import { AbortedError, type Route, type RouterDeployment } from '@unimargin/sdk'
import { aaveActions } from './aaveActions.ts'
import { type Anvil, startAnvil } from './anvil/startAnvil.ts'
import { ensureContractsBuilt } from './artifacts/ensureContractsBuilt.ts'
import { CHAIN_NAMES, CHAIN_SPECS, type ChainName, type ChainSpec, isChainName } from './ChainSpec.ts'
import { createSnapshots } from './chain/createSnapshots.ts'
import { increaseTime } from './chain/increaseTime.ts'
import { keepAlive } from './chain/keepAlive.ts'
import * as Node from './chain/Node.ts'
import { ensureCompiled } from './compile/ensureCompiled.ts'
import { AAVE_V3_ORIGIN, MORPHO_BLUE } from './compile/SolidityPackage.ts'
import { createAccounts } from './createAccounts.ts'
import type { Devnet, DevnetChain } from './Devnet.ts'
import { AAVE_VERSIONS, type AaveVersion } from './deploy/AaveMarket.ts'
import { type DeployedChain, deployChains } from './deploy/deployChains.ts'
import { InvalidPortError } from './errors/InvalidPortError.ts'
import { UnknownAaveVersionError } from './errors/UnknownAaveVersionError.ts'
import { UnknownDevnetChainError } from './errors/UnknownDevnetChainError.ts'
import { linearRate } from './linearRate.ts'
import { createMessageWorker } from './messages/createMessageWorker.ts'
import type { MessageRules } from './messages/MessageRules.ts'
import { morphoActions } from './morphoActions.ts'
import type { TokenSymbol } from './Token.ts'
import { toDevnetChain } from './toDevnetChain.ts'

export type CreateDevnetParameters = {
  /** All three if left out. */
  readonly chains?: readonly ChainName[] | undefined
  /** The version of Aave V3; 3.0 if left out. The first 3.6 on a machine takes ten seconds more, to be compiled. */
  readonly aave?: AaveVersion | undefined
  /**
   * How OFTs are set up at LayerZero: `pinned` to their libraries and both verifiers, which is the default, or left to
   * LayerZero's `defaults`, as routes are that the sdk refuses.
   */
  readonly routes?: 'pinned' | 'defaults' | undefined
  /** Port of the first chain; the others follow. Free ports if left out. */
  readonly port?: number | undefined
  /** False: idle chains make no blocks, for whoever moves their clocks by hand. */
  readonly keepAlive?: boolean | undefined
  /** Stops the boot. */
  readonly signal?: AbortSignal | undefined
}

/** Milliseconds: an idle chain's head is at most twice as old, which no client takes for a standstill. */
const KEEP_ALIVE = 15_000

/**
 * Boots local chains as one network: real LayerZero V2 with two required DVNs, real Aave V3, real Morpho Blue, WETH and
 * USDC that cross chains, Multicall3, the collateral router, and a worker that is DVN and executor.
 *
 * The chains have the ids of the real ones, die with this process, and take about a second. Each transaction makes a block,
 * and so does each half minute without any.
 *
 * @throws UnknownDevnetChainError, UnknownAaveVersionError, InvalidPortError, PortInUseError, AnvilStartError, ContractsBuildError,
 *   ProtocolCompileError, AbortedError
 *
 * @example
 * import { createDevnet } from '@unimargin/devnet'
 *
 * const devnet = await createDevnet({ chains: ['arbitrum', 'base'] })
 * const owner = '0x000000000000000000000000000000000000dEaD'
 * await devnet.openAavePosition({
 *   chain: 'arbitrum',
 *   owner,
 *   supply: { WETH: 10n ** 18n },
 *   borrow: { USDC: 1_000_000_000n },
 * })
 * await devnet.close()
 */
export async function createDevnet({
  chains: names = CHAIN_NAMES,
  aave = '3.0',
  routes = 'pinned',
  port,
  keepAlive: isKept = true,
  signal,
}: CreateDevnetParameters = {}): Promise<Devnet> {
  const specs = specsOf(names)
  assertVersion(aave)
  assertPorts(port, specs.length)
  assertNotAborted(signal)
  const began = performance.now()
  const [, morphoBlue, aaveOrigin] = await Promise.all([
    ensureContractsBuilt(),
    ensureCompiled(MORPHO_BLUE),
    aave === '3.6' ? ensureCompiled(AAVE_V3_ORIGIN) : undefined,
  ])
  const built = performance.now()
  const anvils = await startAll(specs, port, signal)
  const booted = performance.now()
  try {
    const nodes = anvils.map(({ spec, anvil }) => ({ spec, node: Node.create(anvil) }))
    const deployed = await deployChains(nodes, { morphoBlue, aaveOrigin }, { isPinned: routes !== 'defaults' })
    assertNotAborted(signal)
    const ended = performance.now()
    const timings = {
      contracts: Math.round(built - began),
      boot: Math.round(booted - built),
      deploy: Math.round(ended - booted),
      total: Math.round(ended - began),
    }
    return assemble(
      deployed,
      anvils.map(({ anvil }) => anvil),
      timings,
      isKept,
    )
  } catch (error) {
    await Promise.all(anvils.map(({ anvil }) => anvil.stop()))
    throw error
  }
}

function specsOf(names: readonly ChainName[]): readonly ChainSpec[] {
  // Callers without types exist as well.
  const wrong = names.find((name, index) => !isChainName(name) || names.indexOf(name) !== index)
  if (wrong !== undefined || names.length === 0) {
    throw new UnknownDevnetChainError({ chain: String(wrong ?? ''), known: CHAIN_NAMES })
  }
  return names.map((name) => CHAIN_SPECS[name])
}

/** Callers without types exist as well. */
function assertVersion(version: AaveVersion): void {
  if (!AAVE_VERSIONS.includes(version)) throw new UnknownAaveVersionError({ version: String(version) })
}

function assertPorts(port: number | undefined, chains: number): void {
  if (port === undefined) return
  if (!Number.isInteger(port) || port < 1 || port + chains - 1 > 65_535) throw new InvalidPortError({ port, chains })
}

function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError(signal.reason)
}

/** All or none. */
async function startAll(specs: readonly ChainSpec[], port: number | undefined, signal: AbortSignal | undefined) {
  const starts = await Promise.allSettled(
    specs.map(async (spec, index) => {
      const ownPort = port === undefined ? undefined : port + index
      return { spec, anvil: await startAnvil({ chainId: spec.chainId, port: ownPort, signal }) }
    }),
  )
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed === undefined) return started
  await Promise.all(started.map(({ anvil }) => anvil.stop()))
  assertNotAborted(signal)
  throw failed.reason
}

function assemble(
  deployed: readonly DeployedChain[],
  anvils: readonly Anvil[],
  timings: Devnet['timings'],
  isKept: boolean,
): Devnet {
  const nodes = deployed.map(({ node }) => node)
  const chains = deployed.map(toDevnetChain)
  const worker = createMessageWorker(deployed)
  const stopKeeping = keepAlive(isKept ? nodes : [], { interval: KEEP_ALIVE })
  const snapshots = createSnapshots<MessageRules>(nodes)
  const find = <chain>(all: readonly chain[], nameOf: (chain: chain) => ChainName, name: ChainName): chain => {
    const found = all.find((chain) => nameOf(chain) === name)
    if (found !== undefined) return found
    throw new UnknownDevnetChainError({ chain: String(name), known: chains.map((chain) => chain.name) })
  }
  const chain = (name: ChainName): DevnetChain => find(chains, (one) => one.name, name)
  const deployedOn = (name: ChainName): DeployedChain => find(deployed, ({ spec }) => spec.name, name)
  const close = async (): Promise<void> => {
    await stopKeeping()
    await worker.stop()
    await Promise.all(anvils.map((anvil) => anvil.stop()))
  }
  return {
    chains,
    chain,
    accounts: createAccounts(),
    routers: chains.map(routerOf),
    routes: [routeOf('WETH', chains), routeOf('USDC', chains)],
    sequencers: chains.map(({ chainId, addresses }) => ({ chainId, feed: addresses.sequencerFeed })),
    messages: worker.messages,
    timings,
    marketOf: (name) => {
      const { chainId, addresses, chain: viemChain } = chain(name)
      return { chainId, pool: addresses.pool, name: `Aave V3 ${viemChain.name}` }
    },
    morphoMarketOf: (name, market) => {
      const { chainId, addresses, morphoMarkets, chain: viemChain } = chain(name)
      const { morpho, morphoIrm, oracle: dollarOracle } = addresses
      const interestRateModels = { [morphoIrm]: linearRate }
      const title = `Morpho ${market} ${viemChain.name}`
      return { chainId, morpho, marketId: morphoMarkets[market].id, name: title, dollarOracle, interestRateModels }
    },
    ...aaveActions(deployed, deployedOn),
    ...morphoActions(deployedOn),
    increaseTime: (seconds) => increaseTime(nodes, seconds),
    snapshot: () => worker.alone(async () => ({ id: await snapshots.take(worker.rules()) })),
    revert: ({ id }) => worker.alone(async () => worker.restart(await snapshots.revert(id))),
    close,
  }
}

function routerOf({ chainId, eid, endpoint, addresses, tokens }: DevnetChain): RouterDeployment {
  return { chainId, eid, endpoint, router: addresses.router, wrappedNative: tokens.WETH.address }
}

function routeOf(symbol: TokenSymbol, chains: readonly DevnetChain[]): Route {
  const ends = chains.flatMap(({ chainId, tokens }) => {
    const { address, oft } = tokens[symbol]
    return oft === undefined ? [] : [{ chainId, asset: address, oft }]
  })
  const verifiers = (['a', 'b'] as const).map((name, index) => ({
    name: `devnet dvn ${name}`,
    contracts: chains.flatMap(({ chainId, addresses }) => {
      const address = addresses.dvns[index]
      return address === undefined ? [] : [{ chainId, address }]
    }),
  }))
  return { kind: 'oft', key: `${symbol} OFT`, sharedDecimals: 6, verifiers, ends }
}
