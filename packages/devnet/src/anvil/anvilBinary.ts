import { createRequire } from 'node:module'
import { UnsupportedPlatformError } from '../errors/UnsupportedPlatformError.ts'
import { platformBinary } from './platformBinary.ts'

/**
 * Path of the anvil binary that npm installed for this platform.
 *
 * @throws UnsupportedPlatformError
 */
export function anvilBinary(): string {
  const require = createRequire(import.meta.url)
  try {
    return platformBinary('anvil', require.resolve('@foundry-rs/anvil/package.json'))
  } catch (cause) {
    throw new UnsupportedPlatformError({ tool: 'anvil', cause })
  }
}
