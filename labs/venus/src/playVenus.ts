import { startAnvil } from '../../../packages/devnet/src/anvil/startAnvil.ts'
import * as Rpc from '../../../packages/devnet/src/chain/Rpc.ts'
import { deployVenus } from './deployVenus.ts'
import { differVenus, type Tally } from './differVenus.ts'
import { installMulticall3 } from './installMulticall3.ts'

const CHAIN_ID = 31_337
/** Venus's Comptroller has 24,929 bytes. */
const CODE_SIZE_LIMIT = 65_536

/** Boots a chain, deploys a pool on it, and plays random states. */
export async function playVenus(parameters: {
  readonly runs: number
  readonly seed: string
  readonly round?: number
  readonly until?: number
}): Promise<Tally> {
  const anvil = await startAnvil({ chainId: CHAIN_ID, codeSizeLimit: CODE_SIZE_LIMIT })
  try {
    const request = (method: string, params: readonly unknown[]) => Rpc.request(anvil.rpcUrl, method, params)
    await installMulticall3(request)
    const venus = await deployVenus(request)
    return await differVenus({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, venus, ...parameters })
  } finally {
    await anvil.stop()
  }
}
