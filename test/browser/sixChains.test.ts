import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from './launchChromium.ts'

const root = resolve(import.meta.dirname, '../../packages/examples/mocked-wallet')
const script = resolve(import.meta.dirname, 'sixChains.page.ts')

/** The example's page with another script: how it renders six chains with the five adapters on each. */
describe('mocked-wallet with six chains', () => {
  let server: ViteDevServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    server = await createServer({
      root,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
      cacheDir: resolve(root, 'node_modules/.vite-test-six'),
    })
    await server.listen()
    const address = server.httpServer?.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const origin = `http://localhost:${port}`
    browser = await launchChromium()
    page = await browser.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.context().route(
      (url) => url.origin !== origin,
      (route) => route.abort(),
    )
    await page.route('**/src/main.ts', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: `import '/@fs${script}'` }),
    )
    await page.goto(origin)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const hasVerdict = (verdict: string) =>
    page.waitForFunction((wanted) => document.querySelector('#verdict')?.textContent === wanted, verdict)
  /** A chain's positions, a line each: name, health, values. */
  const rowsOf = (chainId: number) =>
    page.$$eval(`[data-chain="${chainId}"] .market`, (names) =>
      names.map((name) => {
        const health = name.nextElementSibling
        return [name, health, health?.nextElementSibling].map((one) => one?.textContent ?? '').join(' | ')
      }),
    )

  test('default: every position has its own health, and its value in dollars', async () => {
    await hasVerdict('ok')
    expect(await rowsOf(42_161)).toEqual([
      'Aave V3 Arbitrum One | 2.47 | $6,000.00 supplied, $2,000.00 borrowed',
      'Morpho WETH/USDC Arbitrum One | 2.00 | $3,000.00 supplied, $1,290.00 borrowed',
      'Comet USDC Arbitrum One | 3.00 | $4,500.00 supplied, $1,350.00 borrowed',
      'Compound V2 Arbitrum One | 3.00 | $4,500.00 supplied, $1,200.00 borrowed',
      'Wallet Arbitrum One |  | $3,250.00 idle',
    ])
    // Both count in ether.
    expect((await rowsOf(10)).slice(1, 3)).toEqual([
      'Morpho wstETH/WETH OP Mainnet | 2.49 | $7,920.00 supplied, $3,000.00 borrowed',
      'Comet WETH OP Mainnet | 2.45 | $3,960.00 supplied, $1,500.00 borrowed',
    ])
    expect(await page.textContent('#totals')).toBe('$147,870.00 supplied, $40,620.00 borrowed, $24,000.00 idle')
  })

  test('behavior: two chains that are broken are unknown and not zero, and ether is not called dollars', async () => {
    await page.click('#break')
    await hasVerdict('unknown')
    for (const [chainId, name] of [
      [8_453, 'Base'],
      [59_144, 'Linea Mainnet'],
    ] as const) {
      const lost = 'nobody knows what it holds'
      expect(await rowsOf(chainId)).toEqual([
        `Aave V3 ${name} | unknown | ${lost}`,
        `Morpho WETH/USDC ${name} | unknown | ${lost}`,
        `Comet USDC ${name} | unknown | ${lost}`,
        `Compound V2 ${name} | unknown | ${lost}`,
        `Wallet ${name} |  | ${lost}`,
      ])
    }
    expect(await page.textContent('[data-chain="8453"] .note')).toMatch(/^not read: .*500/)
    expect(await page.textContent('[data-chain="59144"] .note')).toMatch(/^not read: .*malformed/)
    expect(await rowsOf(534_352)).toEqual([
      'Aave V3 Scroll | 3.21 | $7,800.00 supplied, $2,000.00 borrowed',
      'Morpho wstETH/WETH Scroll | 2.94 | 3.1200 WETH supplied, 1.0000 WETH borrowed',
      'Comet WETH Scroll | 2.90 | $4,680.00 supplied, $1,500.00 borrowed',
      'Compound V2 Scroll | 3.90 | $5,850.00 supplied, $1,200.00 borrowed',
      'Wallet Scroll |  | $4,150.00 idle',
    ])
    expect((await rowsOf(42_161))[1]).toContain('| 2.00 |')
    expect(await page.textContent('#totals')).toBe(
      'At least $91,710.00 supplied, $25,940.00 borrowed, $15,700.00 idle: 11 positions are of unknown value',
    )
    expect(complaints).toEqual([])
  })
})
