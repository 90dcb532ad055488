import { randomUUID } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import * as z from 'zod/mini'

/**
 * What stands in a lock file: `H` while it is held and `R` once it was released, a beat that changes as long as the holder lives,
 * and who the holder is. Always of the same length, so that it can be written over in place.
 */
export type FileLock = {
  readonly isReleased: boolean
  readonly beat: string
  readonly holder: { readonly pid: number; readonly host: string; readonly token: string } | undefined
}

/** Who we are. A pid says nothing on another machine, and nothing in another container that shares a name with ours. */
export type Self = { readonly pid: number; readonly host: string; readonly token: string }

export function self(): Self {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // Not on Linux.
  }
  return { pid: process.pid, host: `${hostname()} ${namespace}`.trim(), token: randomUUID() }
}

export function encode(state: 'held' | 'released', beat: number, holder: Self): string {
  return `${state === 'held' ? 'H' : 'R'} ${String(beat).padStart(12, '0')} ${JSON.stringify(holder)}\n`
}

export function decode(text: string): FileLock {
  const beat = text.slice(0, 14)
  return { isReleased: /^R \d{12}$/.test(beat), beat, holder: holderOf(text.slice(15)) }
}

/** Whether the holder is dead for sure: a process of this machine that is not there. */
export function isDead({ holder }: FileLock, me: Self): boolean {
  if (holder === undefined || holder.host !== me.host || holder.pid === me.pid) return false
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH'
  }
}

function holderOf(text: string): FileLock['holder'] {
  const schema = z.strictObject({
    pid: z.int().check(z.minimum(1)),
    host: z.string().check(z.maxLength(400)),
    token: z.string().check(z.maxLength(40)),
  })
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    // Being written, or cut off: whoever wrote it is known by its beat alone.
    return undefined
  }
}
