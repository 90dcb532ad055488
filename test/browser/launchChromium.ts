import { type Browser, chromium } from 'playwright-core'
import { chromiumArguments, chromiumPath } from './chromiumPath.ts'

/** Starts a headless Chromium that asks nobody for anything. The caller closes it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) {
    throw new TypeError('no Chromium: install it (apt-get install chromium), or name one by CHROMIUM_PATH')
  }
  return chromium.launch({
    executablePath,
    args: [...chromiumArguments],
  })
}
