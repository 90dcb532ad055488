// A process of its own: everything that a client can have under way, towards nodes that never answer. After `close` it has
// nothing left to live for. Prints one line of JSON.
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createMarginClient, guarded, type TrackedMove } from '@unimargin/sdk'
import { fallback, http } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'

const server = process.argv[2]
const address = '0x0000000000000000000000000000000000000900'
const owner = '0x00000000000000000000000000000000000A11cE'
const client = createMarginClient({
  chains: [arbitrum, base, optimism],
  transports: {
    [arbitrum.id]: http(`${server}/no-headers`),
    [base.id]: http(`${server}/half-a-body`),
    // Refused at once: it waits between attempts.
    [optimism.id]: fallback([guarded('http://127.0.0.1:9'), guarded(`${server}/busy`)]),
  },
  adapters: [arbitrum, base, optimism].map(({ id }) => aaveV3({ chainId: id, pool: address })),
})
const end = { eid: 1, endpoint: address, router: address, oft: address } as const
const move: TrackedMove = {
  version: 1,
  id: `0x${'01'.repeat(32)}`,
  owner,
  sourceChainId: arbitrum.id,
  destinationChainId: base.id,
  deadline: 2_000_000_000n,
  source: end,
  destination: end,
}

const names: string[] = []
const fails = (error: unknown): void => void names.push(error instanceof Error ? error.name : String(error))
const watch = client.watchMarginView({ accounts: [{ owner }], timeout: 60_000 })
client.watchMove({ move, onState: () => {}, timeout: 60_000 })
const under = [
  client.getMarginView({ owner, timeout: 60_000 }).catch(fails),
  client.getMoveStatus({ move, timeout: 60_000 }).catch(fails),
  watch.refresh().catch(fails),
]

setTimeout(() => {
  const busy = process.getActiveResourcesInfo()
  client.close()
  void Promise.all(under).then(() => {
    process.on('exit', () => {
      console.log(JSON.stringify({ names: names.sort(), busy: busy.length }))
    })
  })
  // Holds nothing alive, and is only heard if something else does.
  setTimeout(() => {
    console.log(JSON.stringify({ leftovers: process.getActiveResourcesInfo() }))
    process.exit(1)
  }, 5_000).unref()
}, 500)
