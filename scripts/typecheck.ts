import { pathToFileURL } from 'node:url'
import { run } from './run.ts'

/** Everything at once, then what must compile without DOM and Node: the sdk for browsers, and the fences of the pure core. */
const projects = ['.', 'packages/sdk', 'packages/adapters', 'packages/sdk/src/units', 'packages/sdk/src/risk']

/** Type-checks the repository; gives the number of projects that do not compile. */
export async function typecheck(): Promise<number> {
  let failed = 0
  for (const project of projects) {
    const code = await run('tsc', ['-p', project, '--noEmit'])
    if (code !== 0) failed += 1
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} tsc -p ${project}`)
  }
  return failed
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = (await typecheck()) === 0 ? 0 : 1
