// What it costs to watch many owners on three chains from one process: requests, bytes, time and memory per refresh. The
// chains are mocked in memory; the time that they take themselves is measured apart. `pnpm bench:watch [owners …]`
import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient, type MarginWatch } from '@unimargin/sdk'
import { type MockChain, mockChain, type RpcRequest } from '@unimargin/sdk/testing'
import { type Address, type Chain, custom, getAddress, type Transport } from 'viem'
import { arbitrum, base, optimism } from 'viem/chains'

const chains = [arbitrum, base, optimism] as const
const counts = process.argv.slice(2).map(Number).filter(Number.isSafeInteger)
const ROUNDS = 5

const reserve = { liquidationThreshold: '0.825', loanToValue: '0.8' }
const reserves = {
  WETH: { price: '3000', ...reserve },
  USDC: { price: '1', decimals: 6, ...reserve },
  WBTC: { price: '60000', decimals: 8, ...reserve },
  wstETH: { price: '3500', ...reserve },
  DAI: { price: '1', ...reserve },
} as const

const ownerAt = (index: number): Address => getAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`)

type Asked = { readonly mock: MockChain; readonly request: RpcRequest }
type Traffic = { requests: Asked[]; sent: number; received: number }

type Row = {
  readonly owners: number
  readonly requests: number
  readonly sent: number
  readonly received: number
  readonly same: number
  readonly block: number
  readonly mock: number
  readonly heap: number
}

async function measure(owners: number): Promise<Row> {
  const traffic: Traffic = { requests: [], sent: 0, received: 0 }
  const mocks = chains.map((chain) => mockOf(chain, owners))
  const transports = mocks.map((mock): Transport => {
    const request = async ({ method, params }: { readonly method: string; readonly params?: unknown }) => {
      const asked: RpcRequest = { method, params: Array.isArray(params) ? params : [] }
      traffic.requests.push({ mock, request: asked })
      traffic.sent += JSON.stringify(asked).length
      const answer = await mock.backend(asked)
      if (answer.status === 'error') throw new TypeError(answer.message)
      traffic.received += JSON.stringify(answer.result).length
      return answer.result
    }
    return custom({ request }, { retryCount: 0 })
  })
  const [one, two, three] = transports
  if (one === undefined || two === undefined || three === undefined) throw new TypeError('three chains were made')
  const client = createMarginClient({
    chains,
    transports: { [arbitrum.id]: one, [base.id]: two, [optimism.id]: three },
    adapters: mocks.map((mock) => poolOf(mock.chain.id).adapter),
  })
  const before = heapUsed()
  const watch = client.watchMarginView({
    accounts: Array.from({ length: owners }, (_, index) => ({ owner: ownerAt(index) })),
    every: 600_000,
    timeout: 600_000,
  })
  await watch.refresh()
  assertRead(watch, owners)

  const same = await timeOf(() => watch.refresh())
  const block = await timeOf(async () => {
    for (const mock of mocks) mock.mine()
    await watch.refresh()
  })
  Object.assign(traffic, { requests: [], sent: 0, received: 0 })
  await watch.refresh()
  const { sent, received } = traffic
  const asked = [...traffic.requests]
  const mock = await timeOf(async () => {
    for (const { mock, request } of asked) await mock.backend(request)
  })
  const heap = heapUsed() - before
  client.close()
  return { owners, requests: asked.length / chains.length, sent, received, same, block, mock, heap }
}

function poolOf(chainId: number) {
  return mockAaveV3({ chainId, reserves })
}

function mockOf(chain: Chain, owners: number): MockChain {
  const positions = Array.from({ length: owners }, (_, index) => ({
    owner: ownerAt(index),
    supply: { WETH: '1', DAI: String(index) },
    borrow: { USDC: String(500 + (index % 1_500)) },
  }))
  return mockChain({ chain, markets: [mockAaveV3({ chainId: chain.id, reserves, positions })] })
}

function assertRead(watch: MarginWatch, owners: number): void {
  const known = watch.accounts.filter(({ id }) => {
    const view = watch.latest(id)
    return view !== undefined && view.issues.length === 0 && view.weakest.health.status === 'known'
  })
  if (known.length !== owners) throw new TypeError(`only ${known.length} of ${owners} owners were read`)
}

/** Milliseconds of the quickest round. */
async function timeOf(run: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await run()
    least = Math.min(least, performance.now() - start)
  }
  return least
}

/** MB after a collection; without `--expose-gc` it is only an estimate. */
function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1e6
}

const HEAD = ['owners', 'requests', 'kB sent', 'kB read', 'ms same', 'ms block', 'ms mock', 'MB', 'ms/owner', 'ratio']
const print = (cells: readonly string[]): void => console.log(cells.map((cell) => cell.padStart(10)).join(''))

console.log(
  'One refresh of 3 chains with an Aave V3 pool of 5 reserves each. `requests` are per chain; `ms same` without a new',
)
console.log(
  'block, `ms block` with one; both contain `ms mock`, what the mocked chains take. `ratio`: of the sdk’s own time per',
)
console.log('owner to that of the first row; 1 is linear.')
print(HEAD)
let perOwner: number | undefined
for (const owners of counts.length > 0 ? counts : [100, 300, 1_000]) {
  const row = await measure(owners)
  const own = (row.block - row.mock) / owners
  perOwner ??= own
  print([
    String(row.owners),
    String(row.requests),
    (row.sent / 1e3).toFixed(0),
    (row.received / 1e3).toFixed(0),
    row.same.toFixed(0),
    row.block.toFixed(0),
    row.mock.toFixed(0),
    row.heap.toFixed(1),
    own.toFixed(3),
    (own / perOwner).toFixed(2),
  ])
}
