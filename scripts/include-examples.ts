// Puts into pages what is written elsewhere, so that what people read is what compiles: the example files that README.md
// names, and the list of faults in docs/testing.md. With --check it changes nothing and fails when a page is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { adapterChecks } from '../packages/adapters/src/conformance/checks/index.ts'
import { catalogue } from '../packages/sdk/src/testing/faults/catalogue.ts'
import { root } from './run.ts'

type Page = { readonly file: string; readonly part: RegExp; readonly render: (part: string, name: string) => string }

const pages: readonly Page[] = [
  {
    file: 'README.md',
    part: /<!-- include (\S+) -->\n[\s\S]*?<!-- \/include -->/g,
    render: (_, path) => included(path),
  },
  {
    file: 'docs/adapters.md',
    part: /<!-- include (\S+) -->\n[\s\S]*?<!-- \/include -->/g,
    render: (_, path) => included(path),
  },
  {
    file: 'docs/protocols.md',
    part: /<!-- include (\S+) -->\n[\s\S]*?<!-- \/include -->/g,
    render: (_, path) => included(path),
  },
  {
    file: 'docs/adapters.md',
    part: /<!-- (checks) -->\n[\s\S]*?<!-- \/checks -->/g,
    render: () => `<!-- checks -->\n${checkTable()}\n<!-- /checks -->`,
  },
  {
    file: 'docs/testing.md',
    part: /<!-- (faults) -->\n[\s\S]*?<!-- \/faults -->/g,
    render: () => `<!-- faults -->\n${faultTable()}\n<!-- /faults -->`,
  },
]

function included(path: string): string {
  const code = readFileSync(join(root, path), 'utf8').trimEnd()
  return `<!-- include ${path} -->\n\`\`\`ts\n${code}\n\`\`\`\n<!-- /include -->`
}

/** What the conformance checks are and what they need. */
function checkTable(): string {
  const rows = adapterChecks.map(({ name, says, needs }) => `| ${name} | ${says} | ${needs} |`)
  return ['| check | what must be so | what the fixture has to offer |', '| --- | --- | --- |', ...rows].join('\n')
}

/** Every kind of fault, and what is special about it. */
function faultTable(): string {
  const rows = catalogue.map(({ kind, nature, about, methods, needsSockets, batchesOnly }) => {
    const special = [
      ...(needsSockets ? ['sockets'] : []),
      ...(batchesOnly ? ['batches'] : []),
      ...(methods?.map((method) => `\`${method}\``) ?? []),
    ]
    return `| \`${kind}\` | ${nature} | ${about.replaceAll('|', '\\|')} | ${special.join(', ')} |`
  })
  return [`| ${catalogue.length} kinds | | what the node does | only |`, '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

for (const { file, part, render } of pages) {
  const path = join(root, file)
  const before = readFileSync(path, 'utf8')
  let included = 0
  const after = before.replace(part, (text: string, name: string) => {
    included += 1
    return render(text, name)
  })
  if (included === 0) {
    console.error(`${file} has no place for what belongs into it`)
    process.exitCode = 1
  } else if (!process.argv.includes('--check')) {
    writeFileSync(path, after)
  } else if (after !== before) {
    console.error(`${file} is stale: run \`pnpm generate\``)
    process.exitCode = 1
  }
}
