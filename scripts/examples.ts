import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './run.ts'

/** The project that {@link writeExamples} fills; under `test/`, where all packages resolve. */
export const examplesProject = 'test/.examples'

const adapters = readdirSync(join(root, 'packages/adapters/src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'packages/adapters/src', entry.name, 'index.ts')))
  .map(({ name }) => `packages/adapters/src/${name}/index.ts`)
const entries = [
  'packages/sdk/src/index.ts',
  'packages/sdk/src/node/index.ts',
  ...adapters,
  'packages/devnet/src/index.ts',
]
const comment = String.raw`\/\*\*(?:(?!\*\/)[\s\S])*?\*\/`

/** Writes every `@example` of the packages into a file of its own, so that it can be compiled; gives their number. */
export function writeExamples(): number {
  const folder = join(root, examplesProject)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  // What is declared in an example is there to be read, not used.
  const compilerOptions = { types: ['node'], noUnusedLocals: false }
  const project = { extends: '../../tsconfig.base.json', compilerOptions, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const examples = sources().flatMap(examplesOf)
  for (const { name, code } of examples) writeFileSync(join(folder, name), code)
  return examples.length
}

/** Functions that a package exports without an `@example`, as `file: name`. */
export function functionsWithoutExample(): readonly string[] {
  const declaration = new RegExp(
    String.raw`(${comment})?\s*export (?:async )?(?:function |const (?=\w+ = (?:async )?\())(\w+)`,
    'g',
  )
  return entries.flatMap(exportsOf).flatMap(({ file, names }) => {
    const declared = [...read(file).matchAll(declaration)].filter(([, , name = '']) => names?.includes(name) ?? true)
    // Of overloads, one tells for all.
    const shown = new Set(declared.flatMap(([, doc, name]) => (doc?.includes('@example') ? name : [])))
    const missing = new Set(declared.flatMap(([, , name]) => (shown.has(name) ? [] : name)))
    return [...missing].map((name) => `${file}: ${name}`)
  })
}

/** What an entry point passes on of each file; all of it where it names nothing. */
function exportsOf(entry: string): readonly { readonly file: string; readonly names: readonly string[] | undefined }[] {
  return [...read(entry).matchAll(/^export (\*|\{[^}]*\})(?: as \w+)? from '(.+)'/gm)].map(
    ([, what = '', path = '']) => ({
      file: join(dirname(entry), path),
      names: what === '*' ? undefined : what.slice(1, -1).split(/[\s,]+/),
    }),
  )
}

/** Named after where they stand: `packages-sdk-src-units-Wad.12.ts`. */
function examplesOf(file: string): readonly { readonly name: string; readonly code: string }[] {
  const text = read(file)
  return [...text.matchAll(new RegExp(comment, 'g'))].flatMap(({ 0: doc, index }) =>
    [...doc.matchAll(/@example\b([\s\S]*?)(?=\n\s*\* @|\*\/)/g)].map((match) => {
      const line = text.slice(0, index + match.index).split('\n').length
      const code = (match[1] ?? '').replace(/^\s*\* ?/gm, '').trim()
      return { name: `${file.replaceAll('/', '-').replace(/\.ts$/, '')}.${line}.ts`, code: `${code}\n\nexport {}\n` }
    }),
  )
}

function sources(): readonly string[] {
  return readdirSync(join(root, 'packages'), { withFileTypes: true }).flatMap(({ name }) => {
    const folder = join(root, 'packages', name, 'src')
    return filesOf(folder).map((path) => relative(root, join(folder, path)))
  })
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /(?<!\.test)\.ts$/.test(path))
  } catch {
    // `packages/examples` has no sources of its own.
    return []
  }
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
