import { createRequire } from 'node:module'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Where npm put the binary of a Foundry tool: in an optional dependency of its package, one per platform.
 *
 * The tool's own launcher is not used: it would stand between us and the process that we must be able to end.
 */
export function platformBinary(tool: 'anvil' | 'forge', packageJson: string): string {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch
  return createRequire(packageJson).resolve(`@foundry-rs/${tool}-${process.platform}-${architecture}/bin/${tool}`)
}
