// Everything that must be green: types, generated files, contracts, unit tests, the devnet. Prints one closing line.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath } from '../test/browser/chromiumPath.ts'
import { forge, run } from './run.ts'
import { typecheck } from './typecheck.ts'

type Tally = { passed: number; failed: number; skipped: number }

const reports = mkdtempSync(join(tmpdir(), 'unimargin-test-'))
const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
const add = (other: Tally): void => {
  tally.passed += other.passed
  tally.failed += other.failed
  tally.skipped += other.skipped
}

/** A step that is one check: it passes or fails as a whole. */
async function check(name: string, step: () => Promise<number>): Promise<void> {
  console.log(`\n── ${name}`)
  const failures = await step()
  add({ passed: failures === 0 ? 1 : 0, failed: failures, skipped: 0 })
}

/** A step that counts by itself; one that breaks is a failure, and the closing line is printed all the same. */
async function counted(step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    console.error(error)
    add({ passed: 0, failed: 1, skipped: 0 })
  }
}

async function vitest(): Promise<void> {
  console.log('\n── vitest')
  const file = join(reports, 'vitest.json')
  const hasBrowser = chromiumPath() !== undefined
  const projects = hasBrowser ? [] : ['unit', 'mocked', 'devnet'].map((name) => `--project=${name}`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await run('vitest', ['run', ...projects, ...reporters])
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const failed = Number(report.numFailedTests)
  add({
    passed: Number(report.numPassedTests),
    // A file that cannot even be loaded has no failed test, and a failed run must never read as a green one.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: Number(report.numPendingTests) + Number(report.numTodoTests),
  })
  if (hasBrowser) return
  console.log(
    '\nNo Chromium here: the browser tests did not run. Install it (apt-get install chromium) or set CHROMIUM_PATH.',
  )
  add({ passed: 0, failed: 0, skipped: 1 })
}

async function contracts(): Promise<void> {
  console.log('\n── forge test')
  const file = join(reports, 'forge.xml')
  const stdout = openSync(file, 'w')
  const code = await forge(['test', '--junit'], { stdout })
  closeSync(stdout)
  const xml = readFileSync(file, 'utf8')
  const count = (attribute: string): number =>
    Number(/<testsuites[^>]*>/.exec(xml)?.[0].match(new RegExp(`${attribute}="(\\d+)"`))?.[1] ?? 0)
  const failed = count('failures') + count('errors')
  const skipped = (xml.match(/<skipped/g) ?? []).length
  const passed = count('tests') - failed - skipped
  console.log(`${passed} passed, ${failed} failed`)
  // Once more those that failed, with what forge says to people.
  if (failed > 0) await forge(['test', '--rerun'])
  add({ passed, failed: (code !== 0 || passed === 0) && failed === 0 ? 1 : failed, skipped })
}

try {
  await check('generated files are up to date', async () => {
    const codes = [
      await run('tsx', ['scripts/generate-abi.ts', '--check']),
      await run('tsx', ['--conditions=unimargin-source', 'scripts/include-examples.ts', '--check']),
      await run('tsx', ['--conditions=unimargin-source', 'scripts/generate-health-vectors.ts', '--check']),
    ]
    return codes.filter((code) => code !== 0).length
  })
  await check('types', typecheck)
  await counted(contracts)
  await counted(vitest)
} finally {
  rmSync(reports, { recursive: true, force: true })
}
console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exitCode = tally.failed === 0 ? 0 : 1
