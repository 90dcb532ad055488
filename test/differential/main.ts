// Plays random states of protocols for as long as told: PROTOCOL (all), RUNS (2000), SEED (from the clock), ROUND (0). Prints
// one JSON line for each.
import { createDevnet } from '@unimargin/devnet'
import { differAaveV3 } from './aave-v3/differAaveV3.ts'
import { differLimits } from './aave-v3/differLimits.ts'
import { differLiquidations } from './aave-v3/differLiquidations.ts'
import { labTarget } from './aave-v3/labTarget.ts'
import { differCompoundV3 } from './compound-v3/differCompoundV3.ts'
import { differLiquidations as differMorphoLiquidations } from './morpho-blue/differLiquidations.ts'
import { differMorphoBlue } from './morpho-blue/differMorphoBlue.ts'
import { labTarget as morphoTarget } from './morpho-blue/labTarget.ts'

/** What one run plays: how many states, and what leads back to a failure. */
type Play = (parameters: { readonly runs: number; readonly seed: string; readonly round: number }) => Promise<unknown>

const protocols: Readonly<Record<string, Play>> = {
  'aave-v3/3.0': (parameters) => playAaveV3('3.0', parameters),
  'aave-v3/3.6': (parameters) => playAaveV3('3.6', parameters),
  'aave-v3/3.0/limits': (parameters) => playAaveV3('3.0', parameters, differLimits),
  'aave-v3/3.6/limits': (parameters) => playAaveV3('3.6', parameters, differLimits),
  'aave-v3/3.0/liquidation': (parameters) => playAaveV3('3.0', parameters, differLiquidations),
  'aave-v3/3.6/liquidation': (parameters) => playAaveV3('3.6', parameters, differLiquidations),
  // Against mocked Comets: there is no real one to be had.
  'compound-v3': async (parameters) => differCompoundV3(parameters),
  'morpho-blue': (parameters) => playMorphoBlue(parameters, differMorphoBlue),
  'morpho-blue/liquidation': (parameters) => playMorphoBlue(parameters, differMorphoLiquidations),
}

async function playAaveV3(
  aave: '3.0' | '3.6',
  parameters: Parameters<Play>[0],
  differ: typeof differAaveV3 | typeof differLimits | typeof differLiquidations = differAaveV3,
) {
  const devnet = await createDevnet({ chains: ['base'], aave, keepAlive: false })
  try {
    return await differ({ target: labTarget(devnet, 'base'), ...parameters })
  } finally {
    await devnet.close()
  }
}

async function playMorphoBlue(
  parameters: Parameters<Play>[0],
  differ: typeof differMorphoBlue | typeof differMorphoLiquidations,
) {
  const devnet = await createDevnet({ chains: ['base'], keepAlive: false })
  try {
    return await differ({ target: morphoTarget(devnet, 'base'), ...parameters })
  } finally {
    await devnet.close()
  }
}

const { PROTOCOL = '', RUNS = '2000', SEED = String(Date.now()), ROUND = '0' } = process.env
// `aave-v3` is all that begins so.
const chosen = Object.entries(protocols).filter(([name]) => name === PROTOCOL || `${name}/`.startsWith(`${PROTOCOL}/`))
try {
  const played = PROTOCOL === '' ? Object.entries(protocols) : chosen
  if (played.length === 0) throw new Error(`PROTOCOL=${PROTOCOL}: one of ${Object.keys(protocols).join(', ')}`)
  for (const [name, play] of played) {
    console.log(`${name}: ${RUNS} random states, SEED=${SEED} ROUND=${ROUND}`)
    const began = Date.now()
    const tally = await play({ runs: Number(RUNS), seed: SEED, round: Number(ROUND) })
    console.log(JSON.stringify({ protocol: name, ...Object(tally), seconds: (Date.now() - began) / 1_000 }))
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
