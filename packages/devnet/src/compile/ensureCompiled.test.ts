import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureCompiled } from './ensureCompiled.ts'
import { MORPHO_BLUE, type SolidityPackage } from './SolidityPackage.ts'

/** The smallest contract of the package, without optimizer: a second. */
const SMALL: SolidityPackage = { ...MORPHO_BLUE, contracts: ['mocks/OracleMock'], settings: {} }

describe('ensureCompiled', () => {
  let cache: string
  beforeEach(() => {
    cache = join(mkdtempSync(join(tmpdir(), 'unimargin-compiled-')), 'cache')
  })
  afterEach(() => rmSync(cache, { recursive: true, force: true }))
  const files = () => readdirSync(cache)

  test('default: what was asked for, and nothing else is left behind', async () => {
    const compiled = await ensureCompiled(SMALL, cache)
    const { abi, bytecode, links } = compiled('OracleMock')
    expect(abi.flatMap((item) => (item.type === 'function' ? [item.name] : []))).toEqual(['price', 'setPrice'])
    expect(bytecode).toMatch(/^0x60[0-9a-f]+$/)
    expect(links).toEqual({})
    expect(() => compiled('Morpho')).toThrowError(/morpho-blue\/Morpho/)
    expect(files()).toEqual([expect.stringMatching(/^morpho-blue-[0-9a-f]{16}\.json$/)])
  })

  test('behavior: it is compiled once, also for two at a time', async () => {
    const [one, two] = await Promise.all([ensureCompiled(SMALL, cache), ensureCompiled(SMALL, cache)])
    expect(one('OracleMock')).toEqual(two('OracleMock'))
    // Whoever finds it in the cache needs no compiler: a marked copy is what comes back.
    const [file = ''] = files()
    const marked = [{ ...one('OracleMock'), bytecode: '0xcafe' }]
    writeFileSync(join(cache, file), JSON.stringify(marked))
    expect((await ensureCompiled(SMALL, cache))('OracleMock').bytecode).toBe('0xcafe')
  })

  test('behavior: other settings are compiled anew, and take the place of the old ones', async () => {
    await ensureCompiled(SMALL, cache)
    const before = files()
    await ensureCompiled({ ...SMALL, settings: { optimizer: { enabled: true } } }, cache)
    expect(files()).toHaveLength(1)
    expect(files()).not.toEqual(before)
  })

  test('behavior: what a killed process left is not taken for a result', async () => {
    const { bytecode } = (await ensureCompiled(SMALL, cache))('OracleMock')
    const [file = ''] = files()
    rmSync(cache, { recursive: true })
    mkdirSync(cache)
    writeFileSync(join(cache, `${file}.part`), '[{"name":"OracleMo')
    writeFileSync(join(cache, file), '[{"name":"OracleMo')
    expect((await ensureCompiled(SMALL, cache))('OracleMock').bytecode).toBe(bytecode)
    expect(files()).toEqual([file])
  })

  test('error: ProtocolCompileError', async () => {
    const missing = { ...SMALL, contracts: ['mocks/NotThere'] }
    await expect(ensureCompiled(missing, cache)).rejects.toMatchObject({
      name: 'ProtocolCompileError',
      protocol: 'morpho-blue',
    })
    // The pragma of Morpho asks for another compiler.
    await expect(ensureCompiled({ ...MORPHO_BLUE, compiler: 'solc' }, cache)).rejects.toMatchObject({
      name: 'ProtocolCompileError',
      message: expect.stringContaining('different compiler version'),
    })
    expect(existsSync(join(cache, 'morpho-blue.lock'))).toBe(false)
  })

  test('error: MissingArtifactError for a package that is not installed', async () => {
    const absent = { ...SMALL, packages: ['@morpho-org/not-there'] } as const
    await expect(ensureCompiled(absent, cache)).rejects.toMatchObject({ name: 'MissingArtifactError' })
  })
})
