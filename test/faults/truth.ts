import { createMarginClient, type MarginView } from '@unimargin/sdk'
import type { RpcAnswer, RpcBackend } from '@unimargin/sdk/testing'
import { type Address, type CustomTransport, custom, numberToHex } from 'viem'
import type { Scene, SceneChain } from './Stage.ts'

/** Straight to a chain, past its nodes; `latest` is the block that is named, if one is. */
export function directTo(backend: RpcBackend, latest?: bigint): CustomTransport {
  const named = (block: unknown) => (block === 'latest' && latest !== undefined ? numberToHex(latest) : block)
  const request = async ({ method, params = [] }: { readonly method: string; readonly params?: unknown }) => {
    const list: readonly unknown[] = Array.isArray(params) ? params : []
    return resultOf(await backend({ method, params: list.map(named) }))
  }
  return custom({ request }, { retryCount: 0 })
}

/** What a chain answers, or throws what it refuses with. */
export function resultOf(answer: RpcAnswer): unknown {
  if (answer.status === 'result') return answer.result
  const { code, message, data } = answer
  throw Object.assign(new TypeError(message), { code, data })
}

/** The number of a chain's head. */
export async function headOf({ backend }: SceneChain): Promise<bigint> {
  return BigInt(String(resultOf(await backend({ method: 'eth_blockNumber', params: [] }))))
}

export type Heads = { readonly source: bigint; readonly destination: bigint }

/** The heads of both chains. */
export async function headsOf({ source, destination }: Scene): Promise<Heads> {
  const [ofSource, ofDestination] = await Promise.all([headOf(source), headOf(destination)])
  return { source: ofSource, destination: ofDestination }
}

const known = new WeakMap<Scene, Map<string, Promise<MarginView>>>()

/** The view of an owner at these blocks, as the chains have it. */
export function trueView(scene: Scene, owner: Address, { source, destination }: Heads): Promise<MarginView> {
  const views = known.get(scene) ?? new Map<string, Promise<MarginView>>()
  known.set(scene, views)
  const key = `${owner} ${source} ${destination}`
  const view = views.get(key) ?? readView(scene, owner, { source, destination })
  views.set(key, view)
  return view
}

async function readView(scene: Scene, owner: Address, heads: Heads): Promise<MarginView> {
  // Most often these are the heads, and this client knows the markets already.
  const now = await scene.direct.getMarginView({ owner })
  const isThen = ([['source', scene.source] as const, ['destination', scene.destination] as const] as const).every(
    ([side, { chain }]) =>
      now.chains.some((one) => one.chainId === chain.id && one.status === 'read' && one.block.number === heads[side]),
  )
  const view = isThen ? now : await readPinned(scene, owner, heads)
  if (view.issues.length === 0) return view
  throw new TypeError(`the truth has holes: ${view.issues.map(({ path, reason }) => `${path}: ${reason}`).join('; ')}`)
}

async function readPinned(scene: Scene, owner: Address, heads: Heads): Promise<MarginView> {
  const { source, destination, adapters, routers, routes } = scene
  const client = createMarginClient({
    chains: [source.chain, destination.chain],
    transports: {
      [source.chain.id]: directTo(source.backend, heads.source),
      [destination.chain.id]: directTo(destination.backend, heads.destination),
    },
    adapters,
    routers,
    routes,
  })
  try {
    return await client.getMarginView({ owner })
  } finally {
    client.close()
  }
}
