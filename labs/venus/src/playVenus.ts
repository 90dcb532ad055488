import type { Address } from 'viem'
import { startAnvil } from '../../../packages/devnet/src/anvil/startAnvil.ts'
import * as Rpc from '../../../packages/devnet/src/chain/Rpc.ts'
import { deployHost } from './deployHost.ts'
import { deployVenus, type Venus } from './deployVenus.ts'
import { differLiquidations, type LiquidationTally } from './differLiquidations.ts'
import { differVenus, type Tally } from './differVenus.ts'
import { installMulticall3 } from './installMulticall3.ts'

const CHAIN_ID = 31_337
/** Venus's Comptroller has 24,929 bytes. */
const CODE_SIZE_LIMIT = 65_536

/** What is played: how long, and what leads back to a failure. */
export type PlayParameters = {
  readonly runs: number
  readonly seed: string
  readonly round?: number
  readonly until?: number
}

/** Boots a chain, deploys a pool on it, and plays random states. */
export function playVenus(parameters: PlayParameters): Promise<Tally> {
  return withPool((pool) => differVenus({ ...pool, ...parameters }))
}

/** Likewise, and liquidates whoever can be. */
export function playLiquidations(parameters: PlayParameters): Promise<LiquidationTally> {
  return withPool((pool) => differLiquidations({ ...pool, ...parameters }))
}

async function withPool<result>(
  play: (pool: {
    readonly rpcUrl: string
    readonly chainId: number
    readonly venus: Venus
    readonly host: Address
  }) => Promise<result>,
): Promise<result> {
  const anvil = await startAnvil({ chainId: CHAIN_ID, codeSizeLimit: CODE_SIZE_LIMIT })
  try {
    const request = (method: string, params: readonly unknown[]) => Rpc.request(anvil.rpcUrl, method, params)
    await installMulticall3(request)
    const venus = await deployVenus(request)
    const host = await deployHost(request)
    return await play({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, venus, host })
  } finally {
    await anvil.stop()
  }
}
