import { pathToFileURL } from 'node:url'
import { examplesProject, functionsWithoutExample, writeExamples } from './examples.ts'
import { run } from './run.ts'

/** Everything at once, then what must compile without DOM and Node: the sdk for browsers, and the fences of the pure core. */
const projects = [
  '.',
  'packages/sdk',
  'packages/sdk/src/node',
  'packages/sdk/src/testing/node',
  'packages/adapters',
  'packages/sdk/src/units',
  'packages/sdk/src/risk',
  examplesProject,
]

/** Type-checks the repository, the examples in its comments included; gives the number of failures. */
export async function typecheck(): Promise<number> {
  let failed = 0
  const undocumented = functionsWithoutExample()
  if (undocumented.length > 0) {
    console.log(['FAILED public functions without an @example:', ...undocumented].join('\n  '))
    failed += 1
  }
  const examples = writeExamples()
  for (const project of projects) {
    const code = await run('tsc', ['-p', project, '--noEmit'])
    if (code !== 0) failed += 1
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} tsc -p ${project}`)
  }
  console.log(`       ${examples} examples in ${examplesProject}`)
  return failed
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = (await typecheck()) === 0 ? 0 : 1
