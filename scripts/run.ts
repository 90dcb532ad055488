import { spawn } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'

/** The repository's root. */
export const root = resolve(import.meta.dirname, '..')

const binaries = join(root, 'node_modules/.bin')

type Options = {
  readonly env?: NodeJS.ProcessEnv
  /** A file descriptor that takes the output instead. */
  readonly stdout?: number
}

/** Runs a command in the repository's root with its output passed on; gives its exit code. */
export function run(command: string, args: readonly string[], options: Options = {}): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: [binaries, process.env.PATH].join(delimiter), ...options.env },
      stdio: ['inherit', options.stdout ?? 'inherit', 'inherit'],
    })
    child.on('error', fail)
    child.on('exit', (code) => done(code ?? 1))
  })
}

/** Runs forge on the contracts; gives its exit code, which the launcher in `.bin` loses. */
export function forge(args: readonly string[], options: Options = {}): Promise<number> {
  return run(process.execPath, [join(root, 'contracts/forge.mjs'), ...args], options)
}
