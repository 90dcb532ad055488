#!/usr/bin/env node
// Runs the tests with coverage and fails unless every line and every branch of src, but for devnet/, was run.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
const report = join(folder, 'cache/lcov.info')
mkdirSync(join(folder, 'cache'), { recursive: true })
const excluded = '(test|devnet|node_modules)/'
const args = [
  'coverage',
  '--no-match-coverage',
  excluded,
  '--report',
  'lcov',
  '--report',
  'summary',
  '--report-file',
  report,
]
// Gas of what is compiled for coverage is another: tests of gas say nothing here. And what only chance reaches is not covered.
const { status } = spawnSync(
  process.execPath,
  [join(folder, 'forge.mjs'), ...args, '--no-match-path', 'test/{gas,invariant}/**'],
  { stdio: 'inherit', env: { ...process.env, FOUNDRY_FUZZ_RUNS: '16' } },
)
if (status !== 0) process.exit(status ?? 1)

const missing = []
let lines = 0
let branches = 0
let file = ''
for (const line of readFileSync(report, 'utf8').split('\n')) {
  const [kind, rest = ''] = line.split(/:(.*)/)
  const values = rest.split(',')
  if (kind === 'SF') file = rest
  if (kind === 'DA') {
    lines += 1
    if (values[1] === '0') missing.push(`${file}:${values[0]} was not run`)
  }
  if (kind === 'BRDA') {
    branches += 1
    if (values[3] === '0' || values[3] === '-') missing.push(`${file}:${values[0]} branch ${values[2]} was not taken`)
  }
}
for (const one of missing) console.error(one)
// A report that is empty proves nothing.
if (lines === 0 || branches === 0) missing.push('nothing was measured')
console.log(`${lines} lines and ${branches} branches, ${missing.length} not run`)
process.exitCode = missing.length === 0 ? 0 : 1
