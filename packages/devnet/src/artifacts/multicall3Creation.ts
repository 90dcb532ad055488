import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Hex } from 'viem'
import { MissingArtifactError } from '../errors/MissingArtifactError.ts'

/** Where Multicall3 stands on every chain. */
export const MULTICALL3_ADDRESS = '0xcA11bde05977b3631167028862bE2a173976CA11'

/**
 * Creation code of Multicall3. viem carries it for calls without deployment, but does not export it.
 *
 * @throws MissingArtifactError
 */
export async function multicall3Creation(): Promise<Hex> {
  try {
    const viem = dirname(createRequire(import.meta.url).resolve('viem/package.json'))
    const constants: unknown = await import(pathToFileURL(join(viem, '_esm/constants/contracts.js')).href)
    const { multicall3Bytecode } = constants as { readonly multicall3Bytecode: unknown }
    if (typeof multicall3Bytecode === 'string') return multicall3Bytecode as Hex
    throw new MissingArtifactError({ artifact: 'Multicall3' })
  } catch (cause) {
    throw new MissingArtifactError({ artifact: 'Multicall3', cause })
  }
}
