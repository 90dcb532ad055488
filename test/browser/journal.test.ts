import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumArguments, chromiumPath } from './chromiumPath.ts'
import type { JournalPageApi, OpenOptions } from './journal.page.ts'
import { launchChromium } from './launchChromium.ts'

/** A page of `localhost` is secure, and has Web Locks; one of another host without TLS is not. */
const SECURE = 'http://wallet.localhost/'
const INSECURE = 'http://wallet.example/'

/** The page's script, bundled as an app would. */
async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['unimargin-source', 'module', 'browser', 'import', 'default'] },
    build: {
      write: false,
      minify: false,
      lib: { entry: resolve(import.meta.dirname, 'journal.page.ts'), formats: ['es'], fileName: 'page' },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => ('output' in one ? one.output : []))
  return outputs.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk.code] : [])).join('\n')
}

async function serve(context: BrowserContext, script: string): Promise<void> {
  await context.route('**/*', (route) => {
    const { pathname, href } = new URL(route.request().url())
    if (!href.startsWith(SECURE) && !href.startsWith(INSECURE)) return route.abort()
    if (pathname === '/page.js') return route.fulfill({ contentType: 'text/javascript', body: script })
    return route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/page.js"></script>' })
  })
}

async function tabOf(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(origin)
  await page.waitForFunction(() => globalThis.journals !== undefined)
  return page
}

/** Calls a function of the page's. */
async function ask<name extends keyof JournalPageApi>(
  page: Page,
  name: name,
  ...args: Parameters<JournalPageApi[name]>
): Promise<Awaited<ReturnType<JournalPageApi[name]>>> {
  return await page.evaluate(
    ([called, given]) => {
      const run: unknown = globalThis.journals[called as keyof JournalPageApi]
      return typeof run === 'function' ? run(...(given as readonly unknown[])) : undefined
    },
    [name, args] as const,
  )
}

describe('a journal in a browser', () => {
  let browser: Browser
  let context: BrowserContext
  let script: string

  beforeAll(async () => {
    script = await bundled()
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    context = await browser.newContext()
    await serve(context, script)
  })
  afterEach(() => context?.close())

  describe.each(['indexedDB', 'localStorage'] as const)('in %s', (kind) => {
    describe.each([
      ['with Web Locks', SECURE, true],
      ['by heartbeat', INSECURE, false],
    ] as const)('%s', (_, origin, isSecure) => {
      /** Long enough for a heartbeat to be seen, where there is one. */
      const options: OpenOptions = { kind, staleAfter: 5_000 }

      test('default: what was recorded is there after the tab is closed, to the unit', async () => {
        const first = await tabOf(context, origin)
        expect(await ask(first, 'isSecure')).toBe(isSecure)
        expect(await ask(first, 'open', options)).toBe('ok')
        expect(await ask(first, 'record', 1, 'ü 🙂')).toBe('ok')
        expect(await ask(first, 'append', 1, 'submitted')).toBe('ok')
        expect(await ask(first, 'append', 1, 'credited')).toBe('ok')
        expect(await ask(first, 'record', 2)).toBe('ok')
        expect(await ask(first, 'compact')).toBe('ok')
        expect(await ask(first, 'append', 2, 'submitted')).toBe('ok')
        expect(await ask(first, 'close')).toBe('ok')
        await first.close()
        const second = await tabOf(context, origin)
        expect(await ask(second, 'open', options)).toBe('ok')
        expect(await ask(second, 'shown')).toBe('1:intended>credited 2:intended>submitted')
        expect(await ask(second, 'amountOf', 2)).toBe(String(2n ** 200n + 2n))
        expect(await ask(second, 'record', 1)).toBe('MoveAlreadyRecordedError')
        // Another name is another journal.
        const other = await tabOf(context, origin)
        expect(await ask(other, 'open', { ...options, name: 'other' })).toBe('ok')
        expect(await ask(other, 'shown')).toBe('')
      })

      test('error: JournalLockedError for a second tab, or it waits until the first one is gone', async () => {
        const [first, second] = [await tabOf(context, origin), await tabOf(context, origin)]
        expect(await ask(first, 'open', options)).toBe('ok')
        expect(await ask(second, 'open', options)).toBe('JournalLockedError')
        expect(await ask(second, 'open', { ...options, wait: 50 })).toBe('JournalLockedError')
        const waiting = ask(second, 'open', { ...options, wait: 60_000 })
        expect(await ask(first, 'record', 1)).toBe('ok')
        // Without a farewell.
        await first.close()
        expect(await waiting).toBe('ok')
        expect(await ask(second, 'shown')).toBe('1:intended')
        expect(await ask(second, 'append', 1, 'submitted')).toBe('ok')
      })

      test('behavior: a tab that crashes has kept what it was told was kept', async () => {
        const first = await tabOf(context, origin)
        expect(await ask(first, 'open', options)).toBe('ok')
        for (const number of [1, 2, 3, 4, 5]) expect(await ask(first, 'record', number)).toBe('ok')
        const crashed = first.waitForEvent('crash')
        const session = await context.newCDPSession(first)
        session.send('Page.crash').catch(() => {})
        await crashed
        const second = await tabOf(context, origin)
        expect(await ask(second, 'open', { ...options, wait: 60_000 })).toBe('ok')
        expect(await ask(second, 'shown')).toBe('1:intended 2:intended 3:intended 4:intended 5:intended')
      })

      test('error: JournalDamagedError, and what is before the damage is kept when asked for', async () => {
        const first = await tabOf(context, origin)
        await ask(first, 'open', options)
        for (const number of [1, 2, 3]) await ask(first, 'record', number)
        await ask(first, 'close')
        await (kind === 'localStorage' ? damageLocalStorage(first) : damageIndexedDb(first))
        expect(await ask(first, 'open', options)).toMatch(/^JournalDamagedError \d+$/)
        expect(await ask(first, 'open', { ...options, onDamage: 'keep-prefix' })).toBe('ok')
        expect(await ask(first, 'shown')).toBe('1:intended')
        expect(await ask(first, 'record', 4)).toBe('ok')
        await ask(first, 'close')
        expect(await ask(first, 'open', options)).toBe('ok')
        expect(await ask(first, 'shown')).toBe('1:intended 4:intended')
      })
    })

    test('error: JournalLockLostError for a tab that was taken for dead, and nothing of it counts', async () => {
      const [first, second] = [await tabOf(context, INSECURE), await tabOf(context, INSECURE)]
      expect(await ask(first, 'open', { kind })).toBe('ok')
      expect(await ask(first, 'record', 1)).toBe('ok')
      // Its heart beats once a second: too slow for this one.
      expect(await ask(second, 'open', { kind, staleAfter: 150, wait: 60_000 })).toBe('ok')
      expect(await ask(second, 'record', 2)).toBe('ok')
      expect(await ask(first, 'record', 3)).toBe('JournalLockLostError')
      expect(await ask(first, 'isLost')).toBe(true)
      expect(await ask(second, 'append', 2, 'submitted')).toBe('ok')
      await ask(first, 'close')
      await ask(second, 'close')
      expect(await ask(first, 'open', { kind })).toBe('ok')
      expect(await ask(first, 'shown')).toBe('1:intended 2:intended>submitted')
    })
  })

  test('error: JournalStorageError where localStorage is full, and nothing is lost', async () => {
    const page = await tabOf(context, SECURE)
    const options: OpenOptions = { kind: 'localStorage' }
    await ask(page, 'open', options)
    expect(await ask(page, 'record', 1)).toBe('ok')
    await page.evaluate(() => {
      for (let size = 4_000_000; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (let index = 0; ; index += 1) localStorage.setItem(`ballast.${size}.${index}`, 'x'.repeat(size))
        } catch {}
      }
    })
    expect(await ask(page, 'record', 2)).toBe('JournalStorageError append no-space')
    expect(await ask(page, 'compact')).toBe('JournalStorageError replace no-space')
    expect(await ask(page, 'shown')).toBe('1:intended')
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) if (key.startsWith('ballast')) localStorage.removeItem(key)
    })
    expect(await ask(page, 'record', 2)).toBe('ok')
    await ask(page, 'close')
    await ask(page, 'open', options)
    expect(await ask(page, 'shown')).toBe('1:intended 2:intended')
  })

  test('behavior: IndexedDB has kept everything when the whole browser is killed', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'unimargin-profile-'))
    const started: Awaited<ReturnType<typeof startChromium>>[] = []
    const restart = async () => {
      const next = await startChromium(profile)
      started.push(next)
      const [persistent] = next.browser.contexts()
      if (persistent === undefined) throw new TypeError('Chromium has no context of its own')
      await serve(persistent, script)
      return { ...next, page: await tabOf(persistent, SECURE) }
    }
    try {
      for (const round of [1, 2]) {
        const { page, kill } = await restart()
        expect(await ask(page, 'open', { kind: 'indexedDB' })).toBe('ok')
        for (const number of [1, 2, 3]) expect(await ask(page, 'record', 10 * round + number)).toBe('ok')
        await kill()
      }
      const { page, kill } = await restart()
      expect(await ask(page, 'open', { kind: 'indexedDB' })).toBe('ok')
      expect(await ask(page, 'shown')).toBe('11:intended 12:intended 13:intended 21:intended 22:intended 23:intended')
      await kill()
    } finally {
      for (const { kill } of started) await kill()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})

async function damageLocalStorage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const key = Object.keys(localStorage).find((one) => /^unimargin\.journal:moves:\d+:1$/.test(one)) ?? ''
    const text = localStorage.getItem(key) ?? ''
    localStorage.setItem(key, text.replace('intended', 'intendex'))
  })
}

async function damageIndexedDb(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('unimargin-journal', 1)
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('lines', 'readwrite')
          const store = transaction.objectStore('lines')
          const reading = store.get(['moves', 'line', 1])
          reading.onsuccess = () =>
            store.put(String(reading.result).replace('intended', 'intendex'), ['moves', 'line', 1])
          transaction.oncomplete = () => {
            opening.result.close()
            resolve()
          }
          transaction.onerror = () => reject(transaction.error)
        }
      }),
  )
}

/** A Chromium of one's own profile, whose process can be killed. */
async function startChromium(profile: string): Promise<{ browser: Browser; kill: () => Promise<void> }> {
  const path = chromiumPath()
  if (path === undefined) throw new TypeError('no Chromium')
  const child: ChildProcess = spawn(
    path,
    [...chromiumArguments, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const url = await new Promise<string>((found, fail) => {
    let text = ''
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      text += more
      const match = /DevTools listening on (\S+)/.exec(text)?.[1]
      if (match !== undefined) found(match)
    })
    child.once('exit', () => fail(new TypeError(text)))
  })
  const browser = await chromium.connectOverCDP(url)
  const kill = async (): Promise<void> => {
    // With all of its own processes, at once.
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(-child.pid, 'SIGKILL')
    await ended
    await browser.close().catch(() => {})
  }
  return { browser, kill }
}
