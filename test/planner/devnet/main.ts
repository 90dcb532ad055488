// Plans for random accounts of the devnet and carries the plans out: ACCOUNTS (200), SEED (from the clock), ROUND (0). Prints what
// should not be, with what leads back to it, and one line of JSON.
import { createDevnet } from '@unimargin/devnet'
import { playAccounts } from './playAccounts.ts'
import { setStage } from './Stage.ts'

const { ACCOUNTS = '200', SEED = String(Date.now()), ROUND = '0' } = process.env
/** Accounts after which a line says how far it is. */
const PROGRESS = 20

console.log(`Planner on the devnet: ${ACCOUNTS} accounts, SEED=${SEED} ROUND=${ROUND}`)
const devnet = await createDevnet()
try {
  const tally = await playAccounts(await setStage(devnet), {
    accounts: Number(ACCOUNTS),
    seed: SEED,
    round: Number(ROUND),
    onPlayed: (round, problems, kinds) => {
      if (process.env.VERBOSE !== undefined) console.log(round, kinds.join(', '))
      if (problems.length > 0) console.error(`SEED=${SEED} ROUND=${round}\n  ${problems.join('\n  ')}`)
      const played = round - Number(ROUND) + 1
      if (played % PROGRESS === 0) console.log(`${played} of ${ACCOUNTS}`)
    },
  })
  console.log(JSON.stringify({ part: 'devnet', ...tally, problems: tally.problems.length }))
  process.exitCode = tally.problems.length === 0 ? 0 : 1
} finally {
  await devnet.close()
}
