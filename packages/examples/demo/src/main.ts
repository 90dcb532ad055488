// The whole story on three local chains: `pnpm demo`, or `pnpm demo --json` for machines.
import { createDevnet, type Devnet } from '@unimargin/devnet'
import { isUnimarginError } from '@unimargin/sdk'
import { paintFor } from './paint.ts'
import { story } from './story.ts'
import { tellJson } from './tellJson.ts'
import { tellText } from './tellText.ts'

const USAGE =
  'Usage: pnpm demo [--json]\n\n  --json   print one JSON document instead of the story; bigints are decimal strings'

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => !['--json', '--help', '-h', '--'].includes(arg))
  if (unknown !== undefined || args.includes('--help') || args.includes('-h')) {
    const print = unknown === undefined ? console.log : console.error
    print(unknown === undefined ? USAGE : `Unknown option ${unknown}\n\n${USAGE}`)
    return unknown === undefined ? 0 : 2
  }
  const isJson = args.includes('--json')
  const paint = paintFor(process.stdout, process.env)
  const progress = (text: string) => isJson || console.log(text)

  progress(paint('bold', 'Unimargin: who dies first, and the cheapest safe way to save them'))
  progress(paint('dim', 'Booting three local chains; the first time, contracts are compiled as well …'))
  const controller = new AbortController()
  const interrupt = () => controller.abort()
  process.once('SIGINT', interrupt)
  let devnet: Devnet | undefined
  try {
    devnet = await createDevnet({ signal: controller.signal })
    const names = devnet.chains.map(({ chain }) => chain.name).join(', ')
    const seconds = (devnet.timings.total / 1000).toFixed(1)
    progress(paint('dim', `${names} are up after ${seconds} s,`))
    progress(paint('dim', 'with the real LayerZero V2 (two DVNs), Aave V3 and Morpho Blue, and our router.'))
    if (isJson) {
      const { teller, document } = tellJson()
      await story(devnet, teller)
      console.log(document())
    } else {
      await story(devnet, tellText(console.log, paint))
      console.log(`\n${paint('dim', 'Next: README.md, and `pnpm devnet` for a network of your own to play with.')}`)
    }
    return 0
  } catch (error) {
    if (controller.signal.aborted) return 130
    console.error(isUnimarginError(error) ? `\n${error.name}: ${error.message}` : error)
    return 1
  } finally {
    process.removeListener('SIGINT', interrupt)
    await devnet?.close()
  }
}

process.exitCode = await main(process.argv.slice(2))
