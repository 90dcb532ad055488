import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { isUp } from './isUp.fixture.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

describe('cli', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  const run = (args: readonly string[], loader: readonly string[] = ['--import', 'tsx']) => {
    const child = spawn(process.execPath, [...loader, '--conditions=unimargin-source', MAIN, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text
    })
    const exit = once(child, 'exit')
    const ready = async (): Promise<readonly string[]> => {
      while (!said.out.includes('Ctrl-C')) {
        if (child.exitCode !== null) throw new RangeError(said.err)
        await sleep(20)
      }
      return said.out.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []
    }
    return { child, said, exit, ready }
  }

  const silent = async (urls: readonly string[]): Promise<boolean> => {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const up = await Promise.all(urls.map(isUp))
      if (up.every((one) => !one)) return true
      await sleep(25)
    }
    return false
  }

  test('default: says where everything is in 80 columns, and ends with Ctrl-C', async () => {
    const { child, said, exit, ready } = run([])
    const urls = await ready()
    expect(urls).toHaveLength(3)
    expect(await Promise.all(urls.map(isUp))).toEqual([true, true, true])
    expect(Math.max(...said.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(said.out).toContain('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
    expect(said.out).toContain('public test keys')
    child.kill('SIGINT')
    expect(await exit).toEqual([0, null])
    expect(await silent(urls)).toBe(true)
    expect(said.err).toBe('')
  })

  test('behavior: chains die with their parent, even on SIGKILL', async () => {
    const { child, exit, ready } = run([])
    const urls = await ready()
    expect(urls).toHaveLength(3)
    child.kill('SIGKILL')
    expect(await exit).toEqual([null, 'SIGKILL'])
    expect(await silent(urls)).toBe(true)
  })

  test('behavior: chains die with the program that they were started through', async () => {
    // tsx runs the program in a second process, as pnpm runs tsx.
    const tsx = fileURLToPath(new URL('../../../node_modules/tsx/dist/cli.mjs', import.meta.url))
    const { child, exit, ready } = run(['--chains', 'base'], [tsx])
    const urls = await ready()
    expect(urls).toHaveLength(1)
    child.kill('SIGKILL')
    await exit
    expect(await silent(urls)).toBe(true)
  })

  test('behavior: chosen chains on chosen ports, with another Aave', async () => {
    const { said, ready } = run(['--chains', 'optimism,base', '--port', '29545', '--aave', '3.6'])
    expect(await ready()).toEqual(['http://127.0.0.1:29545', 'http://127.0.0.1:29546'])
    expect(said.out).toContain('Aave V3.6 pool')
    expect(said.out).toMatch(/WETH\/USDC {3}0x[0-9a-f]{64}\n/)
  })

  test('behavior: help', async () => {
    const { said, exit } = run(['--help'])
    expect(await exit).toEqual([0, null])
    expect(said.out).toMatch(/^pnpm devnet/)
  })

  test('error: a readable line, and exit code 1', async () => {
    const wrong = [
      { args: ['--chains', 'solana'], message: 'The devnet has no chain "solana".' },
      { args: ['--aave', '2'], message: 'The devnet has no Aave V2.' },
      { args: ['--port', 'x'], message: '`port` is out of range.' },
      { args: ['--colour'], message: 'This command line is not understood.' },
    ]
    await Promise.all(
      wrong.map(async ({ args, message }) => {
        const { said, exit } = run(args)
        expect(await exit).toEqual([1, null])
        expect(said.err).toContain(message)
        expect(said.err).not.toContain('    at ')
      }),
    )
  })
})
