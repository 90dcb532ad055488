// The whole life of a program that moves collateral: it opens its journal, goes on with what is unfinished, makes its move if the
// journal has none, and follows it to its end. It kills itself at one of its boundaries: before and after whatever changes the
// disk, in the middle of what is written, and before and after whatever a wallet or a node is handed. Started by
// Crashes.ts, which bundles it first.
import { readFileSync, writeSync } from 'node:fs'
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import {
  createJournal,
  createMarginClient,
  deserialize,
  type MoveState,
  type MoveWallet,
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
import { goOnDirectly, moveDirectly } from './moveDirectly.ts'
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
      const isHandedOver = /^eth_send|^wallet_sendCalls$/.test(args.method)
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
  adapters: [
    ...world.markets.map((market) => aaveV3({ ...market, lending: aaveV3Lending })),
    ...(task.way === 'morpho' ? [morphoBlue(world.morpho)] : []),
  ],
  routers: world.routers,
  routes: world.routes,
})
const { address: owner } = privateKeyToAccount(task.key)
const walletOn = (chainId: number): MoveWallet => {
  const chain = chains.find(({ id }) => id === chainId)
  const place = world.chains.find(({ id }) => id === chainId)
  if (chain === undefined || place === undefined) throw new TypeError(`${chainId} is one of the chains`)
  const url = task.way === 'direct-batch' ? `${place.walletUrl}/${owner}` : place.rpcUrl
  const account = ['injected', 'direct-batch'].includes(task.way) ? owner : privateKeyToAccount(task.key)
  return createWalletClient({ account, chain, transport: transportOf(url), pollingInterval: 20 })
}
const walletClient = walletOn(quote.plan.source.chainId)

const follow = (move: TrackedMove, until: readonly MoveState[]): Promise<MoveState> =>
  new Promise((resolve) => {
    const stop = watchMove(client, {
      move,
      journal,
      pollingInterval: 25,
      timeout: 60_000,
      onError: (error) => say(`trouble ${error instanceof Error ? error.name : 'something'}`),
      onState: (state) => {
        say(state)
        if (!until.includes(state) && state !== 'failed') return
        resolve(state)
        stop()
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
const mover = { client, journal, owner, walletOn, follow, say }
for (const resumed of await resumeMoves(client, { journal, walletClient, inclusionTimeout: 30_000 })) {
  if (resumed.kind === 'waiting' || resumed.kind === 'given-up') throw resumed.error
  say(`resumed ${resumed.kind}`)
  if (resumed.status.state === 'credited') continue
  if (task.way.startsWith('direct')) await goOnDirectly(mover, resumed.id)
  else await follow(resumed.move, ['credited'])
}
if (journal.get(task.id) === undefined) {
  if (task.way.startsWith('direct')) {
    const { donor, receiver, amount } = quote.plan
    const terms = { donor: donor.id, receiver: receiver.id, asset: 'WETH', amount, donorFloor: 10n ** 18n }
    await moveDirectly(mover, task.id, terms)
  } else {
    const approval = ['approve', 'injected'].includes(task.way) ? 'approve' : undefined
    const terms = { quote, id: task.id, approval, inclusionTimeout: 30_000 } as const
    await follow(await sendMove(client, { ...terms, walletClient, journal }), ['credited'])
  }
}
await journal.close()
client.close()
say(`boundaries ${boundaries}`)
