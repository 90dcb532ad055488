import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from './launchChromium.ts'

const root = resolve(import.meta.dirname, '../../packages/examples/mocked-wallet')

/** The example's page in a real browser: its chains answer through msw's service worker. */
describe('mocked-wallet', () => {
  let server: ViteDevServer
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const strangers: string[] = []

  beforeAll(async () => {
    server = await createServer({
      root,
      logLevel: 'error',
      server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
      cacheDir: resolve(root, 'node_modules/.vite-test'),
    })
    await server.listen()
    const address = server.httpServer?.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    // A service worker needs a secure origin, and `localhost` is one.
    const origin = `http://localhost:${port}`
    browser = await launchChromium()
    page = await browser.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.context().route(
      (url) => url.origin !== origin,
      (route) => {
        strangers.push(route.request().url())
        return route.abort()
      },
    )
    await page.goto(origin)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const health = (chainId: number) => page.locator(`[data-chain="${chainId}"] .health`)
  const hasText = (selector: string, text: string) =>
    page.waitForFunction(
      ([where, what]) => document.querySelector(String(where))?.textContent?.includes(String(what)) === true,
      [selector, text],
    )

  test('behavior: renders a view, breaks one chain, and recovers it', async () => {
    await hasText('#verdict', 'ok')
    expect(await health(42_161).textContent()).toBe('2.47')
    expect(await health(8_453).textContent()).toBe('1.65')

    await page.click('#break')
    await hasText('#verdict', 'unknown')
    await hasText('[data-chain="8453"] .health', 'unknown')
    // What was read last is shown as old; the other chain is whole.
    expect(await page.locator('[data-chain="8453"] .stale').textContent()).toMatch(/^last known at .*: 1\.65$/)
    expect(await health(42_161).textContent()).toBe('2.47')
    await hasText('#log', 'Base is degraded')

    await page.click('#fall')
    await hasText('[data-chain="42161"] .health', '1.98')
    await hasText('[data-chain="8453"] .health', 'unknown')

    await page.click('#mend')
    await hasText('[data-chain="8453"] .health', '1.32')
    await hasText('#verdict', 'ok')
    await hasText('#log', 'Base has recovered')
  })

  test('behavior: nothing but the page itself was asked, and nothing was thrown', () => {
    expect(strangers).toEqual([])
    // A broken node is a failed request, which Chromium writes down by itself.
    expect(complaints.filter((text) => !text.includes('503'))).toEqual([])
  })
})
