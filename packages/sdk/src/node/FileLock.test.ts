import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import * as FileLock from './FileLock.ts'

const me = FileLock.self()
/** A process that is over. */
const pidOfTheDead = (): number => spawnSync(process.execPath, ['-e', '']).pid

describe('FileLock', () => {
  test('default: what was written is read, always of the same length', () => {
    const texts = [
      FileLock.encode('held', 0, me),
      FileLock.encode('held', 999_999, me),
      FileLock.encode('released', 7, me),
    ]
    expect(texts.map(FileLock.decode)).toEqual([
      { isReleased: false, beat: 'H 000000000000', holder: me },
      { isReleased: false, beat: 'H 000000999999', holder: me },
      { isReleased: true, beat: 'R 000000000007', holder: me },
    ])
    expect(new Set(texts.map(({ length }) => length)).size).toBe(1)
  })

  test.each([
    '',
    'H',
    'R 1',
    'H 000000000000',
    'H 000000000000 {"pid":1',
    'H 000000000000 {"pid":0,"host":"","token":""}',
  ])('behavior: %j is held by nobody who is known', (text) => {
    expect(FileLock.decode(text)).toMatchObject({ isReleased: false, holder: undefined })
    expect(FileLock.isDead(FileLock.decode(text), me)).toBe(false)
  })

  test('behavior: dead for sure is only a process of this machine that is not there', () => {
    const isDead = (holder: FileLock.Self) => FileLock.isDead(FileLock.decode(FileLock.encode('held', 1, holder)), me)
    const pid = pidOfTheDead()
    expect(isDead({ ...me, pid })).toBe(true)
    // There, and who knows on another one; our own number may have been somebody else's before.
    expect(isDead({ ...me, pid: process.ppid })).toBe(false)
    expect(isDead({ ...me, pid, host: `${me.host} elsewhere` })).toBe(false)
    expect(isDead({ ...me, token: 'another' })).toBe(false)
  })
})
