import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a lock may be without a name: between its creation and its writing. */
const UNNAMED_PATIENCE = 5_000
const POLL_INTERVAL = 50

/**
 * Runs a task while no other process runs one under the same lock, a file. A file can be created by one process only; it
 * names who. One left behind by a killed process is taken over.
 */
export async function withLock<value>(path: string, task: () => Promise<value>): Promise<value> {
  await acquire(path)
  try {
    return await task()
  } finally {
    rmSync(path, { force: true })
  }
}

async function acquire(path: string): Promise<void> {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error
    }
    if (isHeld(path)) await sleep(POLL_INTERVAL)
    else rmSync(path, { force: true })
  }
}

function isHeld(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    // Between creation and writing the file is empty.
    if (pid === 0) return Date.now() - statSync(path).mtimeMs < UNNAMED_PATIENCE
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
