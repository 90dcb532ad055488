import { existsSync } from 'node:fs'

/** Where Chromium is: `CHROMIUM_PATH`, or where Debian's package puts it. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path))
}

/** So that it runs without a screen, as root, and asks nobody for anything. */
export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
