// Puts the example files that README.md names into it, so that what people read is what compiles.
// With --check it changes nothing and fails when README.md is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.ts'

const file = join(root, 'README.md')
const before = readFileSync(file, 'utf8')
let included = 0
const after = before.replace(/<!-- include (\S+) -->\n[\s\S]*?<!-- \/include -->/g, (_, path: string) => {
  included += 1
  const code = readFileSync(join(root, path), 'utf8').trimEnd()
  return `<!-- include ${path} -->\n\`\`\`ts\n${code}\n\`\`\`\n<!-- /include -->`
})
if (included === 0) {
  console.error('README.md includes no example file')
  process.exitCode = 1
} else if (!process.argv.includes('--check')) {
  writeFileSync(file, after)
} else if (after !== before) {
  console.error('README.md is stale: run `pnpm generate`')
  process.exitCode = 1
}
