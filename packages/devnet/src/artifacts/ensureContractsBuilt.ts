import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { platformBinary } from '../anvil/platformBinary.ts'
import { ContractsBuildError } from '../errors/ContractsBuildError.ts'
import { UnsupportedPlatformError } from '../errors/UnsupportedPlatformError.ts'
import { withLock } from './withLock.ts'

const MAX_OUTPUT = 16 * 1024 * 1024

/**
 * Compiles `contracts/` if that was never done or the sources have changed since. One process compiles, others wait.
 *
 * @throws ContractsBuildError, UnsupportedPlatformError
 */
export async function ensureContractsBuilt(): Promise<void> {
  const root = dirname(createRequire(import.meta.url).resolve('@unimargin/contracts/package.json'))
  const cache = join(root, 'cache')
  const stamp = join(cache, 'devnet-build.sha256')
  if (isFresh(root, stamp)) return
  mkdirSync(cache, { recursive: true })
  await withLock(join(cache, 'devnet-build.lock'), async () => {
    if (isFresh(root, stamp)) return
    const built = fingerprint(root)
    await build(root)
    writeFileSync(stamp, built)
  })
}

function isFresh(root: string, stamp: string): boolean {
  if (!existsSync(join(root, 'artifacts/CollateralRouter.sol/CollateralRouter.json'))) return false
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root)
}

/** Times of files say little after a checkout: the contents decide. */
function fingerprint(root: string): string {
  const hash = createHash('sha256')
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sol'))
    .map((path) => join('src', path))
    .sort()
  for (const path of ['foundry.toml', 'package.json', 'solcw.cjs', ...sources]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * In folders of its own: `forge test` leaves only ABIs in its output for what it did not need, and its cache then calls that
 * up to date.
 */
const BUILD = ['build', '--skip', 'test', '--color', 'never', '--out', 'artifacts', '--cache-path', 'cache/artifacts']

async function build(root: string): Promise<void> {
  try {
    await promisify(execFile)(forgeBinary(root), BUILD, { cwd: root, maxBuffer: MAX_OUTPUT })
  } catch (cause) {
    if (cause instanceof UnsupportedPlatformError) throw cause
    const { stdout, stderr } = cause as { readonly stdout?: string; readonly stderr?: string }
    throw new ContractsBuildError({ output: `${stdout ?? ''}${stderr ?? ''}`.trim(), cause })
  }
}

function forgeBinary(root: string): string {
  try {
    const require = createRequire(join(root, 'package.json'))
    return platformBinary('forge', require.resolve('@foundry-rs/forge/package.json'))
  } catch (cause) {
    throw new UnsupportedPlatformError({ tool: 'forge', cause })
  }
}
