// Long seeded runs. RUNS says how many random states of each protocol are held against the chain (2,000 otherwise); forge fuzzes
// the contracts five times as often, and plays as many sequences of 128 calls; fifty times as many faults are added to random
// accounts, and five times as many compositions of faults are played; ten times as many accounts are planned for and held against
// an exhaustive search, and fifty times as many pairs of plans against each other; for a tenth as many accounts of the devnet plans
// are carried out, and at most a quarter as often a program that moves is killed, which is at every place where it can be,
// otherwise. The tracker is played on five times as many modelled chains, and on 10,000 at least. SEED, a whole number, replays a
// run.
import { forge, run } from './run.ts'

const runs = process.env.RUNS ?? '2000'
const seed = process.env.SEED ?? String(Date.now() % 2 ** 31)
console.log(`SEED=${seed}`)
const steps = [
  // The properties of `pnpm test`, on other cases than there.
  () => run('vitest', ['run', '--project', 'unit'], { env: { SEED: seed } }),
  () => run('tsx', ['scripts/fuzz-differential.ts'], { env: { RUNS: runs, SEED: seed } }),
  () =>
    run('tsx', ['--conditions=unimargin-source', 'test/faults/monotonicity/main.ts'], {
      env: { RUNS: String(50 * Number(runs)), SEED: seed },
    }),
  () =>
    run('tsx', ['--conditions=unimargin-source', 'test/faults/main.ts'], {
      env: { RUNS: String(5 * Number(runs)), SEED: seed },
    }),
  () =>
    run('tsx', ['--conditions=unimargin-source', 'test/planner/main.ts'], {
      env: { RUNS: String(10 * Number(runs)), PROPERTIES: String(50 * Number(runs)), SEED: seed },
    }),
  () =>
    run('tsx', ['--conditions=unimargin-source', 'test/simulator/main.ts'], {
      env: { RUNS: String(Math.max(10_000, 5 * Number(runs))), SEED: seed },
    }),
  () =>
    run('tsx', ['--conditions=unimargin-source', 'test/planner/devnet/main.ts'], {
      env: { ACCOUNTS: String(Math.ceil(Number(runs) / 10)), SEED: seed },
    }),
  () =>
    run('tsx', ['--conditions=unimargin-source', 'test/crash/main.ts'], {
      env: { CRASHES: String(Math.ceil(Number(runs) / 4)), SEED: seed },
    }),
  () =>
    forge(['test', '--match-test', 'testFuzz|invariant'], {
      env: {
        FOUNDRY_PROFILE: 'deep',
        FOUNDRY_FUZZ_SEED: seed,
        FOUNDRY_FUZZ_RUNS: String(5 * Number(runs)),
        FOUNDRY_INVARIANT_RUNS: String(5 * Number(runs)),
      },
    }),
]

let failed = 0
for (const step of steps) failed += (await step()) === 0 ? 0 : 1
process.exitCode = failed === 0 ? 0 : 1
