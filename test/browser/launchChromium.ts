import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from './chromiumPath.ts'

/** Starts a headless Chromium that asks nobody for anything. The caller closes it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) {
    throw new TypeError('no Chromium: install it (apt-get install chromium), or name one by CHROMIUM_PATH')
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
