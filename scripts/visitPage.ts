import { type ChildProcess, spawn } from 'node:child_process'
import { chromiumPath } from '../test/browser/chromiumPath.ts'
import { launchChromium } from '../test/browser/launchChromium.ts'

/** What becomes of a page: the text of an element, before and after another one is clicked. */
export type Visit = {
  readonly element: string
  readonly before: string
  readonly click: string
  readonly after: string
}

/**
 * Runs a command that serves a page until it is stopped, and visits the page in a real browser; where there is none it
 * only asks for it. Gives what was seen.
 */
export async function visitPage(command: string, cwd: string, visit: Visit): Promise<string> {
  // A group of its own, so that nothing of it is left.
  const server = spawn(command, { cwd, shell: true, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const url = await addressIn(server)
    if (chromiumPath() !== undefined) return await lookAt(url, visit)
    const { status } = await fetch(url)
    if (status !== 200) throw new Error(`${url} answers ${status}`)
    return 'served, and not looked at: there is no Chromium here'
  } finally {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid)
  }
}

/** The first address that a server prints. */
function addressIn(server: ChildProcess): Promise<string> {
  let printed = ''
  return new Promise((resolve, reject) => {
    server.stdout?.on('data', (chunk) => {
      printed += String(chunk)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours come between the parts of an address
      const url = /http:\/\/localhost:\d+\//.exec(printed.replace(/\u001b\[\d*m/g, ''))?.[0]
      if (url !== undefined) resolve(url)
    })
    server.on('exit', () => reject(new Error(`it ended, after: ${printed}`)))
  })
}

async function lookAt(url: string, { element, before, click, after }: Visit): Promise<string> {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    await page.goto(url)
    const shows = (text: string) =>
      page.waitForFunction(
        ([where, what]) => document.querySelector(String(where))?.textContent === String(what),
        [element, text],
        { timeout: 20_000 },
      )
    await shows(before)
    await page.click(click)
    await shows(after)
    return `${element} said ${before}, then ${after}`
  } finally {
    await browser.close()
  }
}
