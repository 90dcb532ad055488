// Follows docs/testing.md and docs/adapters.md to the letter, each in an empty folder: writes each block to the file that it
// names and runs each command, with our packages' names replaced by tarballs. Needs the npm registry. With a page as its
// argument it follows that one; with a folder behind it, there, and leaves everything; otherwise in one that it removes.
import { execFileSync, execSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import * as Guide from './Guide.ts'
import { packPackages } from './packPackages.ts'
import { root } from './run.ts'
import { visitPage } from './visitPage.ts'

const [only, given] = process.argv.slice(2)
const pages = only === undefined ? ['docs/testing.md', 'docs/adapters.md'] : [only]
const packed = mkdtempSync(join(tmpdir(), 'unimargin-packed-'))

/** npm's questions to the registry that have nothing to do with an installation. */
const env = { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' }

/** The one command of the page that does not end, and what the page says about it. */
const serving = 'npx vite'
const visit = { element: '#verdict', before: 'watch', click: '#break', after: 'unknown' }

async function follow(
  project: string,
  steps: readonly Guide.Step[],
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'file') {
      const path = join(project, step.file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, step.text)
      continue
    }
    for (const line of step.lines) {
      console.log(`$ ${line}`)
      const begun = Date.now()
      const command = Guide.withTarballs(line, tarballs)
      if (line === serving) console.log(await visitPage(command, project, visit))
      else execSync(command, { cwd: project, env, stdio: ['ignore', 'inherit', 'inherit'] })
      console.log(`       ${((Date.now() - begun) / 1_000).toFixed(1)} s`)
    }
  }
}

/** Whoever has TypeScript sees no error in what they copied. */
function typecheck(project: string): void {
  const compilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    types: [],
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { stdio: ['ignore', 'inherit', 'inherit'] })
}

async function followPage(page: string, tarballs: ReadonlyMap<string, string>): Promise<void> {
  const project = given === undefined ? mkdtempSync(join(tmpdir(), 'unimargin-guide-')) : resolve(given)
  try {
    const steps = Guide.stepsOf(readFileSync(join(root, page), 'utf8'))
    await follow(project, steps, tarballs)
    typecheck(project)
    const files = steps.filter(({ kind }) => kind === 'file').length
    console.log(`ok     ${page}: ${files} files written, all commands run`)
  } finally {
    if (given === undefined) rmSync(project, { recursive: true, force: true })
  }
}

try {
  const tarballs = new Map(packPackages(packed).map(({ name, tarball }) => [name, tarball]))
  for (const page of pages) await followPage(page, tarballs)
} finally {
  rmSync(packed, { recursive: true, force: true })
}
