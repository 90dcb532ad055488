import { readFileSync } from 'node:fs'

const POLL_INTERVAL = 300
const RUNNER = /(?:^|[/\s@])(?:npm|npx|pnpm|tsx|corepack)(?:[/\s@.]|$)/
const SHELL = /^(?:\S*\/)?(?:sh|dash|bash)\s-c\s/

/**
 * Calls back once, when one of the programs that this one was started through (npx, pnpm, tsx, the shells between them) is
 * gone. Killed by SIGKILL they pass no signal on, and a network that nobody can reach any more would stay behind.
 *
 * The shell or program that started the first of them does not count: what runs in the background outlives its shell.
 * Returns a function that stops watching. While it watches, the process lives.
 */
export function onLauncherExit(callback: () => void): () => void {
  const launchers = launchersAbove(process.ppid)
  const timer = setInterval(() => {
    if (launchers.every(isRunning)) return
    clearInterval(timer)
    callback()
  }, POLL_INTERVAL)
  return () => clearInterval(timer)
}

/** Known on Linux only: elsewhere nobody is watched. */
function launchersAbove(first: number): readonly number[] {
  const found: number[] = []
  for (let pid = first; pid > 1; ) {
    const parent = parentOf(pid)
    const command = commandOf(pid)
    const isWrapper = SHELL.test(command) && RUNNER.test(commandOf(parent))
    if (!isWrapper && !RUNNER.test(firstWords(command))) break
    found.push(pid)
    pid = parent
  }
  return found
}

/** The program and its first argument: which script node runs. */
function firstWords(command: string): string {
  return command.split(' ').slice(0, 2).join(' ')
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ').trim()
}

function parentOf(pid: number): number {
  // `pid (name) state parent …`; the name may hold anything, a bracket too.
  const stat = readProc(pid, 'stat')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function readProc(pid: number, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** A zombie is gone, though its number is not free yet. */
function isRunning(pid: number): boolean {
  const stat = readProc(pid, 'stat')
  return stat !== '' && !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
}
