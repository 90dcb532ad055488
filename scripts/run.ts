import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** The repository's root. */
export const root = resolve(import.meta.dirname, '..')

/** Runs a command with its output passed on, in the repository's root unless told otherwise; gives its exit code. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: 'inherit',
    })
    child.on('error', fail)
    child.on('exit', (code) => done(code ?? 1))
  })
}
