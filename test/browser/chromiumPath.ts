import { existsSync } from 'node:fs'

/** Where Chromium is: `CHROMIUM_PATH`, or where Debian's package puts it. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path))
}
