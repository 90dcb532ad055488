// Follows docs/testing.md to the letter in an empty folder: writes each block to the file that it names and runs each
// command, with our packages' names replaced by tarballs. Needs the npm registry. With a folder as its argument it works
// there and leaves everything; otherwise in one that it removes.
import { execFileSync, execSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import * as Guide from './Guide.ts'
import { packPackages } from './packPackages.ts'
import { root } from './run.ts'
import { visitPage } from './visitPage.ts'

const page = 'docs/testing.md'
const [given] = process.argv.slice(2)
const project = given === undefined ? mkdtempSync(join(tmpdir(), 'unimargin-guide-')) : resolve(given)
const packed = mkdtempSync(join(tmpdir(), 'unimargin-packed-'))

/** npm's questions to the registry that have nothing to do with an installation. */
const env = { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' }

/** The one command of the page that does not end, and what the page says about it. */
const serving = 'npx vite'
const visit = { element: '#verdict', before: 'watch', click: '#break', after: 'unknown' }

async function follow(steps: readonly Guide.Step[], tarballs: ReadonlyMap<string, string>): Promise<void> {
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
function typecheck(): void {
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

try {
  const steps = Guide.stepsOf(readFileSync(join(root, page), 'utf8'))
  const tarballs = new Map(packPackages(packed).map(({ name, tarball }) => [name, tarball]))
  await follow(steps, tarballs)
  typecheck()
  const files = steps.filter(({ kind }) => kind === 'file').length
  console.log(`ok     ${page}: ${files} files written, all commands run`)
} finally {
  rmSync(packed, { recursive: true, force: true })
  if (given === undefined) rmSync(project, { recursive: true, force: true })
}
