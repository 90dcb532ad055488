import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Artifact } from '../artifacts/Artifact.ts'
import { withLock } from '../artifacts/withLock.ts'
import { MissingArtifactError } from '../errors/MissingArtifactError.ts'
import { compile } from './compile.ts'
import type { SolidityPackage } from './SolidityPackage.ts'

/** A protocol's contracts by name. @throws MissingArtifactError */
export type Compiled = (name: string) => Artifact

const CACHE = fileURLToPath(new URL('../../cache', import.meta.url))
const require = createRequire(import.meta.url)

/**
 * A protocol's contracts, compiled from the sources in its npm package, once for each version of sources, compiler and
 * settings. One process compiles, others wait. What is found in the cache is whole: it gets its name when it is complete.
 *
 * @throws ProtocolCompileError, MissingArtifactError
 */
export async function ensureCompiled(source: SolidityPackage, cache: string = CACHE): Promise<Compiled> {
  const file = `${source.name}-${fingerprint(source)}.json`
  const path = join(cache, file)
  const found = read(path)
  if (found !== undefined) return lookUp(source, found)
  mkdirSync(cache, { recursive: true })
  return withLock(join(cache, `${source.name}.lock`), async () => {
    const made = read(path) ?? (await compile(source, folderOf))
    writeFileSync(`${path}.part`, JSON.stringify(made))
    renameSync(`${path}.part`, path)
    for (const old of readdirSync(cache)) {
      if (old.startsWith(`${source.name}-`) && old !== file) rmSync(join(cache, old), { force: true })
    }
    return lookUp(source, made)
  })
}

/** The folder that a package was installed to. */
function folderOf(name: string): string {
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch (cause) {
    throw new MissingArtifactError({ artifact: name, cause })
  }
}

/** What a package holds does not change within a version. */
function fingerprint(source: SolidityPackage): string {
  const hash = createHash('sha256').update(JSON.stringify(source))
  for (const name of [source.compiler, ...source.packages]) {
    hash.update('\0').update(readFileSync(join(folderOf(name), 'package.json')))
  }
  return hash.digest('hex').slice(0, 16)
}

function read(path: string): readonly Artifact[] | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as readonly Artifact[]
  } catch {
    return undefined
  }
}

function lookUp(source: SolidityPackage, artifacts: readonly Artifact[]): Compiled {
  const byName = new Map(artifacts.map((artifact) => [artifact.name, artifact]))
  return (name) => {
    const artifact = byName.get(name)
    if (artifact === undefined) throw new MissingArtifactError({ artifact: `${source.name}/${name}` })
    return artifact
  }
}
