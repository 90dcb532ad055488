// Runs the suite of a lab, whose large package is outside the default install, and prints one closing line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

const [lab] = process.argv.slice(2)
if (lab === undefined) throw new Error('Which lab? Name a folder of labs/.')

const reports = mkdtempSync(join(tmpdir(), `unimargin-${lab}-`))
const file = join(reports, 'vitest.json')
const untyped = await run('tsc', ['-p', `labs/${lab}`, '--noEmit'])
const code = await run('vitest', [
  'run',
  `--root=labs/${lab}`,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
])
const report = JSON.parse(readFileSync(file, 'utf8'))
rmSync(reports, { recursive: true })
// A file that cannot even be loaded has no failed test, and a failed run must never read as a green one.
const broken = code !== 0 && Number(report.numFailedTests) === 0 ? 1 : Number(report.numFailedTests)
const failed = broken + (untyped === 0 ? 0 : 1)
const skipped = Number(report.numPendingTests) + Number(report.numTodoTests)
console.log(`${Number(report.numPassedTests) + (untyped === 0 ? 1 : 0)} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1
