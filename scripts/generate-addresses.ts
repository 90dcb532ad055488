// Writes the address book from the packages in `labs/addresses` and from what is recorded there. With `--check` it holds the
// committed files against them instead, and then shows that it would notice a single wrong digit in any of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Book, differences, leavesOf, render } from './addresses/Book.ts'
import { disagreements } from './addresses/disagreements.ts'
import { everyWrongDigit } from './addresses/everyWrongDigit.ts'
import { readBook } from './addresses/readBook.ts'
import { readSources } from './addresses/Sources.ts'
import { root } from './run.ts'

const home = join(root, 'packages/adapters/src')

const comments: Readonly<Record<string, string>> = {
  'aave-v3/addresses.ts': "One pool per chain, from Aave's address book: `aaveV3(base)`.",
  'aave-v3/contracts.ts': "What stands around each pool, from Aave's address book.",
  'morpho-blue/addresses.ts': "One contract per chain, from Morpho's blue-sdk: `morphoBlue({ ...base, marketId })`.",
  'compound-v3/addresses.ts': "Comets, from Compound's deployments: `compoundV3(baseUsdc)`.",
  'compound-v2/addresses.ts': "Comptrollers, from Venus's deployments and Moonwell's sdk: `compoundV2(baseMoonwell)`.",
  'wallet/addresses.ts': 'What Aave lists on each chain, and the native coin: `wallet(base)`.',
  'routes/addresses.ts': 'Stargate V2 from its sdk, OFTs as recorded: `routeOf(stargateUsdc, { chainIds })`.',
  'routes/verifiers.ts': "Who attests to messages on each chain, from LayerZero's deployments.",
  'chains/addresses.ts': "From viem, LayerZero's packages and Chainlink's list of sequencer uptime feeds.",
}

/** Writes all modules. */
function write(book: Book): void {
  for (const [file, module] of Object.entries(book)) {
    const path = join(home, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, render(module, comments[file] ?? ''))
  }
}

/** What the committed modules say. */
async function committed(files: readonly string[]): Promise<Book> {
  const modules = files.map(async (file) => {
    const module: Book[string] = await import(pathToFileURL(join(home, file)).href)
    return [file, { ...module }] as const
  })
  return Object.fromEntries(await Promise.all(modules))
}

/** Gives the number of mistakes. */
async function check(book: Book): Promise<number> {
  const found = await committed(Object.keys(book))
  const { compared, found: disputed } = await disagreements(book, sources)
  const mistakes = [...differences(book, found), ...disputed.map((what) => `sources disagree about ${what}`)]
  for (const [file, module] of Object.entries(book)) {
    const stale = readFileSync(join(home, file), 'utf8') !== render(module, comments[file] ?? '')
    if (stale && mistakes.length === 0)
      mistakes.push(`${file} is not as it is generated: run \`pnpm generate:addresses\``)
    const facts = leavesOf({ [file]: module }).size
    console.log(
      `${file.padEnd(26)}${String(Object.keys(module).length).padStart(4)} entries${String(facts).padStart(5)} facts`,
    )
  }
  console.log(`${compared} facts that two sources have: ${compared - disputed.length} the same`)
  const wrong = everyWrongDigit(found)
  const unnoticed = wrong.filter(({ book: changed }) => differences(book, changed).length === 0)
  console.log(`${wrong.length} addresses with one wrong digit: ${wrong.length - unnoticed.length} noticed`)
  return mistakes.map((mistake) => console.error(`WRONG ${mistake}`)).length + unnoticed.length
}

const sources = await readSources()
const book = await readBook(sources)
if (process.argv.includes('--check')) {
  const mistakes = await check(book)
  console.log(mistakes === 0 ? 'the address book is as its sources are' : `${mistakes} mistakes in the address book`)
  process.exitCode = mistakes === 0 ? 0 : 1
} else {
  write(book)
  console.log(`${Object.keys(book).length} modules, ${leavesOf(book).size} facts`)
}
