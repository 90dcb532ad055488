import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { playMoves, STATES, shown } from '../../test/playMoves.ts'
import { createJournal } from '../journal/createJournal.ts'
import { fileJournalStorage } from './fileJournalStorage.ts'

const home = mkdtempSync(join(tmpdir(), 'unimargin-journal-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('fileJournalStorage', () => {
  test('default: on a real disk, for its user alone', async () => {
    const directory = join(home, 'deep', 'default')
    const storage = fileJournalStorage({ directory })
    await playMoves(storage, () => {})
    const journal = await createJournal({ storage })
    expect(shown(journal)).toBe(STATES.closed)
    await journal.close()
    expect(storage.durability).toBe('disk')
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077).toBe(0)
  })

  test('behavior: journals of two names do not know each other, and no name is a path', async () => {
    const directory = join(home, 'names')
    for (const name of ['a', 'b', '0xAbC.prod']) {
      const journal = await createJournal({ storage: fileJournalStorage({ directory, name }) })
      await journal.record({ id: `0x${'1'.repeat(64)}` })
      await journal.close()
    }
    expect(readdirSync(directory).filter((name) => name.endsWith('.journal'))).toHaveLength(3)
    expect(readdirSync(directory).every((name) => /^[0-9a-f]{64}\./.test(name))).toBe(true)
  })

  test.each(['../escape', 'a/b', 'a\\b', '', '..', '.', 'a b', 'a\0b', 'ü', 'x'.repeat(101)])(
    'error: InvalidJournalNameError for %j',
    (name) => {
      const directory = join(home, 'refused')
      expect(() => fileJournalStorage({ directory, name })).toThrow(
        expect.objectContaining({ name: 'InvalidJournalNameError' }),
      )
      expect(existsSync(join(dirname(directory), 'escape'))).toBe(false)
    },
  )

  test('error: JournalStorageError where there can be no directory', async () => {
    const file = join(home, 'a-file')
    writeFileSync(file, '')
    chmodSync(file, 0o600)
    await expect(
      createJournal({ storage: fileJournalStorage({ directory: join(file, 'inside') }) }),
    ).rejects.toMatchObject({
      name: 'JournalStorageError',
      operation: 'lock',
      failure: 'missing',
    })
  })

  test('error: JournalDamagedError, and the damaged file is kept when it is cut', async () => {
    const directory = join(home, 'damaged')
    const storage = fileJournalStorage({ directory })
    await playMoves(storage, () => {})
    const [name = ''] = readdirSync(directory).filter((one) => one.endsWith('.journal'))
    const path = join(directory, name)
    const { size } = statSync(path)
    writeFileSync(path, 'x', { flag: 'r+' })
    await expect(createJournal({ storage })).rejects.toMatchObject({ name: 'JournalDamagedError', offset: 0 })
    const journal = await createJournal({ storage, onDamage: 'keep-prefix' })
    expect(journal.moves().moves).toEqual([])
    await journal.close()
    const [aside = ''] = readdirSync(directory).filter((one) => one.endsWith('.damaged'))
    expect(statSync(join(directory, aside)).size).toBe(size)
  })
})
