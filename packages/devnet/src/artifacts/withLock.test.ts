import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { withLock } from './withLock.ts'

describe('withLock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unimargin-lock-'))
  const path = join(folder, 'lock')
  afterAll(() => rmSync(folder, { recursive: true }))

  test('default: one task at a time', async () => {
    let inside = 0
    let most = 0
    const task = async () => {
      inside += 1
      most = Math.max(most, inside)
      await sleep(5)
      inside -= 1
    }
    await Promise.all([withLock(path, task), withLock(path, task), withLock(path, task)])
    expect(most).toBe(1)
    expect(existsSync(path)).toBe(false)
  })

  test('behavior: a task that fails gives the lock back', async () => {
    await expect(withLock(path, () => Promise.reject(new RangeError('no')))).rejects.toThrow('no')
    expect(await withLock(path, async () => 'free')).toBe('free')
  })

  test('behavior: the lock of a dead process is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    writeFileSync(path, String(pid))
    expect(await withLock(path, async () => 'mine')).toBe('mine')
  })

  test('behavior: a lock that was never named is taken over', async () => {
    writeFileSync(path, '')
    utimesSync(path, 0, 0)
    expect(await withLock(path, async () => 'mine')).toBe('mine')
  })
})
