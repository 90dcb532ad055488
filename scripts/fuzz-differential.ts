// Holds random states of each protocol against its own contracts, or of one: PROTOCOL (all), RUNS (2000), SEED (from the
// clock), ROUND (0). Venus lives in a lab of its own, outside the default install; `compound-v2` is that one.
import { run } from './run.ts'

const { PROTOCOL = '' } = process.env
const isVenus = PROTOCOL === 'compound-v2'
const tsx = (file: string) => run('tsx', ['--conditions=unimargin-source', file])

let failed = 0
if (!isVenus) failed += await tsx('test/differential/main.ts')
if (isVenus || PROTOCOL === '') {
  failed += await run('pnpm', ['--dir', 'labs/venus', 'install', '--frozen-lockfile', '--silent'])
  failed += await tsx('labs/venus/src/main.ts')
}
process.exitCode = failed === 0 ? 0 : 1
