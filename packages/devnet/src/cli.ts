import { parseArgs } from 'node:util'
import { isUnimarginError } from '@unimargin/sdk'
import { CHAIN_NAMES, isChainName } from './ChainSpec.ts'
import { type CreateDevnetParameters, createDevnet } from './createDevnet.ts'
import type { Devnet } from './Devnet.ts'
import { AAVE_VERSIONS, type AaveVersion } from './deploy/AaveMarket.ts'
import { describeDevnet } from './describeDevnet.ts'
import { PortInUseError } from './errors/PortInUseError.ts'
import { UnknownAaveVersionError } from './errors/UnknownAaveVersionError.ts'
import { UnknownDevnetChainError } from './errors/UnknownDevnetChainError.ts'
import { UnknownOptionError } from './errors/UnknownOptionError.ts'
import { onLauncherExit } from './onLauncherExit.ts'

/** Where other tools expect a local chain; the next ones follow. */
const USUAL_PORT = 8545

const USAGE = `pnpm devnet [--chains arbitrum,base,optimism] [--port 8545] [--aave 3.0]

Boots local chains with real LayerZero V2, real Aave V3, real Morpho Blue and
the collateral router, prints where everything is, and runs until Ctrl-C.

  --chains  which chains, separated by commas; all three if left out
  --port    port of the first chain, the others follow; without it 8545,
            or free ports if that is taken
  --aave    which Aave V3, 3.0 or 3.6; the first 3.6 compiles for ten seconds
  --help    this text`

/**
 * Runs the devnet for people: prints where everything is, then waits for Ctrl-C.
 *
 * @returns The exit code.
 */
export async function cli(args: readonly string[]): Promise<number> {
  const stopped = new AbortController()
  const stop = (): void => stopped.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  const unwatch = onLauncherExit(stop)
  try {
    const parsed = parse(args)
    if (parsed === 'help') {
      process.stdout.write(`${USAGE}\n`)
      return 0
    }
    const devnet = await boot({ ...parsed, signal: stopped.signal })
    process.stdout.write(`${describeDevnet(devnet)}\n`)
    await aborted(stopped.signal)
    await devnet.close()
    return 0
  } catch (error) {
    if (stopped.signal.aborted) return 0
    process.stderr.write(`${isUnimarginError(error) ? error.message : String(error)}\n`)
    return 1
  } finally {
    unwatch()
  }
}

function parse(args: readonly string[]): Pick<CreateDevnetParameters, 'chains' | 'port' | 'aave'> | 'help' {
  const { chains, port, aave, help } = values(args)
  if (help === true) return 'help'
  return {
    chains: chains?.split(',').map((name) => {
      if (isChainName(name)) return name
      throw new UnknownDevnetChainError({ chain: name, known: CHAIN_NAMES })
    }),
    port: port === undefined ? undefined : Number(port),
    aave: aave === undefined ? undefined : versionOf(aave),
  }
}

function versionOf(text: string): AaveVersion {
  const version = AAVE_VERSIONS.find((one) => one === text)
  if (version === undefined) throw new UnknownAaveVersionError({ version: text })
  return version
}

function values(args: readonly string[]) {
  try {
    const options = {
      chains: { type: 'string' },
      port: { type: 'string' },
      aave: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const
    // `pnpm devnet -- --port 1` passes the dashes on.
    return parseArgs({ args: args.filter((arg) => arg !== '--'), options }).values
  } catch (cause) {
    throw new UnknownOptionError({ args, cause })
  }
}

/** On the usual ports if they are free, unless others were asked for. */
async function boot({ port, ...parameters }: CreateDevnetParameters): Promise<Devnet> {
  if (port !== undefined) return createDevnet({ ...parameters, port })
  try {
    return await createDevnet({ ...parameters, port: USUAL_PORT })
  } catch (error) {
    if (error instanceof PortInUseError) return createDevnet(parameters)
    throw error
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
