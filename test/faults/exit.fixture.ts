// Watches accounts over nodes that are given, closes all clients, and has nothing left to do: then a process ends by itself.
import { writeSync } from 'node:fs'
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createMarginClient, guarded, quorum } from '@unimargin/sdk'
import { http, type Transport } from 'viem'
import { arbitrum, base } from 'viem/chains'

/** What the test says: each client's nodes by chain (one, or three that form a quorum), and the markets. */
export type ExitCase = {
  readonly clients: readonly { readonly source: readonly string[]; readonly destination: readonly string[] }[]
  readonly pools: readonly [source: `0x${string}`, destination: `0x${string}`]
  readonly owner: `0x${string}`
  /** Milliseconds until the clients are closed. */
  readonly after: number
}

const { clients: all, pools, owner, after }: ExitCase = JSON.parse(process.env.CASE ?? '{}')

const transportOf = (urls: readonly string[]): Transport => {
  const parts = urls.map((url) => guarded(http(url)))
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : quorum(parts, { agree: 2 })
}

const clients = all.map(({ source, destination }) =>
  createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: transportOf(source), [base.id]: transportOf(destination) },
    adapters: [arbitrum, base].map(({ id, name }, index) => aaveV3({ chainId: id, name, pool: pools[index] ?? owner })),
  }),
)
for (const client of clients) {
  client.watchMarginView({ owner, every: 50 })
  // Whoever waits is told that the client is closed.
  client.getMarginView({ owner }).catch(() => {})
}

setTimeout(() => {
  for (const client of clients) client.close()
  judge(5)
}, after)

/** Five times 20 ms rather than 100 at once: a machine too busy to run this process must not pass for one that lives on. */
function judge(turns: number): void {
  // It keeps nothing alive: it runs only if something else does.
  setTimeout(() => {
    if (turns > 1) return judge(turns - 1)
    writeSync(1, `still alive: ${process.getActiveResourcesInfo().join(', ')}\n`)
    process.exit(1)
  }, 20).unref()
}

process.on('exit', (code) => writeSync(1, `exit ${code}\n`))
