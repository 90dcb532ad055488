import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import * as Rpc from '../chain/Rpc.ts'
import { AnvilStartError } from '../errors/AnvilStartError.ts'
import { PortInUseError } from '../errors/PortInUseError.ts'
import { anvilBinary } from './anvilBinary.ts'

/** A running local chain. */
export type Anvil = {
  readonly chainId: number
  readonly rpcUrl: string
  /** Ends the process; resolves when it is gone. May be called again. */
  readonly stop: () => Promise<void>
}

export type StartAnvilParameters = {
  readonly chainId: number
  /** A free port if left out. */
  readonly port?: number | undefined
  /** The largest contract in bytes, for protocols that are larger than Ethereum allows. */
  readonly codeSizeLimit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const BOOT_TIMEOUT = 20_000

/**
 * The shell leads a process group of its own and waits on the pipe to us. However we end, by SIGKILL too, the kernel closes
 * the pipe, `read` returns, and the whole group is killed. Anvil's log is passed on up to the line that names the port and
 * then drained, because a full pipe would stop the chain.
 */
const GUARD = `{ "$0" "$@" </dev/null 2>&1 | {
  while IFS= read -r line; do
    printf '%s\\n' "$line"
    case $line in Listening*) exec cat >/dev/null ;; esac
  done
}; kill -9 0; } &
read -r _
kill -9 0`

/**
 * Starts a local chain that dies with this process, and makes sure that it is the one that answers.
 *
 * @throws AnvilStartError, PortInUseError, UnsupportedPlatformError
 *
 * @example
 * import { startAnvil } from '@unimargin/devnet'
 *
 * const { rpcUrl, stop } = await startAnvil({ chainId: 31_337 })
 * console.log(rpcUrl)
 * await stop()
 */
export async function startAnvil({ chainId, port, codeSizeLimit, signal }: StartAnvilParameters): Promise<Anvil> {
  signal?.throwIfAborted()
  if (port !== undefined) await assertFree(port)
  const child = spawn('/bin/sh', ['-c', GUARD, anvilBinary(), ...flags(chainId, port ?? 0, codeSizeLimit)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    // What a shell profile says about anvil must not change the chain.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1' },
  })
  // Writing is never tried; a pipe that breaks only says that the child is gone.
  child.stdin.on('error', () => {})
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const stop = (): Promise<void> => {
    // Whoever waits for the end must be kept alive until then.
    child.ref()
    child.stdin.destroy()
    return gone
  }
  const abort = (): void => void stop()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const rpcUrl = await listening(child, chainId)
    const answered = Number(await Rpc.request(rpcUrl, 'eth_chainId', []))
    if (answered !== chainId) throw new AnvilStartError({ chainId, reason: `chain ${answered} answers at ${rpcUrl}` })
    // Neither the process nor its pipes keep ours alive.
    child.unref()
    child.stdout.destroy()
    if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
    return { chainId, rpcUrl, stop }
  } catch (error) {
    await stop()
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function flags(chainId: number, port: number, codeSizeLimit: number | undefined): readonly string[] {
  return [
    ['--host', '127.0.0.1'],
    ['--port', String(port)],
    ['--chain-id', String(chainId)],
    // Fixed, so that a new anvil does not change gas or rules under the tests.
    ['--hardfork', 'prague'],
    // As roomy as an L2's, so that a whole protocol can be deployed in one block.
    ['--gas-limit', '400000000'],
    ['--no-request-size-limit'],
    // States stay in memory: nothing is written to the home directory.
    ['--max-persisted-states', '0'],
    codeSizeLimit === undefined ? [] : ['--code-size-limit', String(codeSizeLimit)],
  ].flat()
}

function listening(child: ChildProcess, chainId: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (reason: string): void => reject(new AnvilStartError({ chainId, reason, output: output.trim() }))
    const timer = setTimeout(() => fail(`silent for ${BOOT_TIMEOUT} ms`), BOOT_TIMEOUT)
    child.once('error', (error) => fail(error.message))
    child.once('exit', () => fail('it exited'))
    child.once('close', () => clearTimeout(timer))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const address = /^Listening on (\S+)\s/m.exec(output)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(`http://${address}`)
    })
  })
}

/** An orphan of another run would answer in anvil's place. */
function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () => reject(new PortInUseError(port)))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}
