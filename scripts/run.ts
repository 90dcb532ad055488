import { spawn } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'

/** The repository's root. */
export const root = resolve(import.meta.dirname, '..')

const binaries = ['node_modules/.bin', 'contracts/node_modules/.bin'].map((folder) => join(root, folder))

/** Runs a command with its output passed on, in the repository's root unless told otherwise; gives its exit code. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, PATH: [...binaries, process.env.PATH].join(delimiter), ...options.env },
      stdio: 'inherit',
    })
    child.on('error', fail)
    child.on('exit', (code) => done(code ?? 1))
  })
}
