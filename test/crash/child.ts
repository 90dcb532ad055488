// The whole life of a program that moves collateral: it opens its journal, goes on with what is unfinished, makes its move if the
// journal has none, and follows it to its end. It kills itself at one of its boundaries: before and after whatever changes the
// disk, in the middle of what is written, and before and after whatever a wallet or a node is handed. Started by
// playCrash.ts, which bundles it first.
import { readFileSync, writeSync } from 'node:fs'
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import {
  createJournal,
  createMarginClient,
  deserialize,
  type Journal,
  type MarginClient,
  parseMoveQuote,
  resumeMoves,
  sendMove,
  type TrackedMove,
  watchMove,
} from '@unimargin/sdk'
import { createWalletClient, custom, defineChain, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { nodeFileSystem } from '../../packages/sdk/src/node/FileSystem.ts'
import { lockJournal } from '../../packages/sdk/src/node/lockJournal.ts'
import { killingFileSystem } from '../../packages/sdk/test/killingFileSystem.ts'
import type { Task, World } from './Program.ts'

const task: Task = JSON.parse(process.argv[2] ?? '')
const world = deserialize(readFileSync(task.world, 'utf8')) as World
const quote = parseMoveQuote(deserialize(readFileSync(task.quote, 'utf8')))
const say = (line: string): void => void writeSync(1, `${line}\n`)

let boundaries = 0
const boundary = async (): Promise<void> => {
  boundaries += 1
  if (boundaries !== task.killAt) return
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
}

const chains = world.chains.map(({ id, name, rpcUrl, multicall3 }) =>
  defineChain({
    id,
    name,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    contracts: { multicall3: { address: multicall3 } },
  }),
)
/** Every node that something can be handed to. */
const transportOf = (rpcUrl: string) => {
  const node = http(rpcUrl, { retryCount: 0 })({})
  return custom({
    request: async (args: { readonly method: string }) => {
      const isHandedOver = args.method.startsWith('eth_send')
      if (isHandedOver) await boundary()
      const answer: unknown = await node.request(args as never)
      if (isHandedOver) await boundary()
      return answer
    },
  })
}
const client = createMarginClient({
  chains,
  transports: Object.fromEntries(world.chains.map(({ id, rpcUrl }) => [id, transportOf(rpcUrl)])),
  adapters: world.markets.map((market) => aaveV3(market)),
  routers: world.routers,
  routes: world.routes,
})
const source = chains.find(({ id }) => id === quote.plan.source.chainId)
if (source === undefined) throw new TypeError('the quote is of one of the chains')
const [rpcUrl = ''] = source.rpcUrls.default.http
const account = task.way === 'injected' ? quote.owner : privateKeyToAccount(task.key)
const walletClient = createWalletClient({ account, chain: source, transport: transportOf(rpcUrl), pollingInterval: 20 })

const watched = (of: MarginClient, move: TrackedMove, journal: Journal): Promise<void> =>
  new Promise((resolve) => {
    watchMove(of, {
      move,
      journal,
      pollingInterval: 25,
      timeout: 60_000,
      onError: (error) => say(`trouble ${error instanceof Error ? error.name : 'something'}`),
      onState: (state) => {
        say(state)
        if (state === 'credited' || state === 'failed') resolve()
      },
    })
  })

const files = killingFileSystem(nodeFileSystem, boundary)
const journal = await createJournal({
  storage: {
    durability: 'disk',
    lock: (options) => lockJournal({ files, directory: task.directory, name: 'moves', staleAfter: 10_000, ...options }),
  },
  wait: 120_000,
})
for (const resumed of await resumeMoves(client, { journal, walletClient, inclusionTimeout: 30_000 })) {
  if (resumed.kind === 'waiting' || resumed.kind === 'given-up') throw resumed.error
  say(`resumed ${resumed.kind}`)
  await watched(client, resumed.move, journal)
}
if (journal.get(task.id) === undefined) {
  const approval = task.way === 'permit' ? undefined : 'approve'
  const move = await sendMove(client, { quote, id: task.id, approval, walletClient, journal, inclusionTimeout: 30_000 })
  await watched(client, move, journal)
}
await journal.close()
client.close()
say(`boundaries ${boundaries}`)
