// Builds and packs the published packages as npm would get them. Run with a folder it leaves the tarballs there.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.ts'

/** A package of this repository as a tarball. */
export type Packed = { readonly name: string; readonly source: string; readonly tarball: string }

/** In the order in which they need each other. */
const folders = ['packages/sdk', 'packages/adapters'] as const

/** Builds the published packages and packs them into a folder. */
export function packPackages(target: string): readonly Packed[] {
  mkdirSync(target, { recursive: true })
  return folders.map((folder) => {
    const source = join(root, folder)
    const { name, version }: { name: string; version: string } = JSON.parse(
      readFileSync(join(source, 'package.json'), 'utf8'),
    )
    rmSync(join(source, 'dist'), { recursive: true, force: true })
    run(source, join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.build.json')
    run(source, 'pnpm', 'pack', '--silent', '--pack-destination', target)
    return { name, source, tarball: join(target, `${name.slice(1).replace('/', '-')}-${version}.tgz`) }
  })
}

/** Its output goes to stderr: what a run prints are the tarballs. */
function run(cwd: string, command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', process.stderr.fd, 'inherit'] })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder = '.'] = process.argv.slice(2)
  for (const { tarball } of packPackages(resolve(folder))) console.log(tarball)
}
