import type { RpcRequest } from '@unimargin/sdk/testing'
import { numberToHex } from 'viem'
import type { Actor } from './Actor.ts'
import type { Scene, SceneChain } from './Stage.ts'
import { headOf, resultOf } from './truth.ts'

/** One JSON-RPC request through the client's viem client, as an app may send it. */
export async function request(actor: Actor): Promise<void> {
  const { case: played, scene, client, broken, breakNodes, settle, say, tell, mend } = actor
  const { method, guarantee } = played
  const reader = client.getClient(broken.chain.id)
  // viem knows parameters and results by method; here they are anybody's.
  const send = (asked: RpcRequest): Promise<unknown> => reader.request(asked as never)

  breakNodes()
  if (played.isEarly) {
    await send({ method, params: await paramsOf(method, scene, broken) }).catch(tell)
    await scene.advance()
  }

  const params = await paramsOf(method, scene, broken)
  const before = await broken.backend({ method, params })
  const asked = await settle(send({ method, params }), { isOfViem: true })
  const isKnown = asked.status === 'done' && asked.value !== null
  if (!isKnown && guarantee.isWhole) say(`${method} could be answered, and is not`)
  if (asked.status === 'done') {
    tell(asked.value)
    const after = await broken.backend({ method, params })
    const between = await blockBetween(broken, { method, given: asked.value, truths: [before, after].map(resultOf) })
    const isTrue = [...[before, after].map(resultOf), ...between].some((truth) => isPart(asked.value, truth))
    if (guarantee.isCurrent && !isTrue) say(`${method} is answered by ${JSON.stringify(asked.value)}`)
  }
  mend()
}

/** The block that a head was when it was asked for, where the chain went on by more than one meanwhile. */
async function blockBetween(
  { backend }: SceneChain,
  { method, given, truths }: { readonly method: string; readonly given: unknown; readonly truths: readonly unknown[] },
): Promise<readonly unknown[]> {
  if (method !== 'eth_getBlockByNumber') return []
  const [number, first, last] = [given, ...truths].map((block) => Number(Reflect.get(Object(block), 'number')))
  if (number === undefined || !(Number(first) < number && number < Number(last))) return []
  return [resultOf(await backend({ method, params: [numberToHex(number), false] }))]
}

/** What is asked of a chain by each method. */
async function paramsOf(method: string, { account, landmarks }: Scene, chain: SceneChain): Promise<readonly unknown[]> {
  const { transaction, contract } = landmarks(chain)
  const head = await headOf(chain)
  switch (method) {
    case 'eth_getBlockByNumber':
      return ['latest', false]
    case 'eth_getBlockByHash': {
      const block = resultOf(
        await chain.backend({ method: 'eth_getBlockByNumber', params: [numberToHex(head), false] }),
      )
      return [Reflect.get(Object(block), 'hash'), false]
    }
    case 'eth_getBalance':
      return [account.address, 'latest']
    case 'eth_getCode':
      return [contract, 'latest']
    case 'eth_getLogs':
      return [{ fromBlock: '0x0', toBlock: numberToHex(head) }]
    case 'eth_getTransactionReceipt':
    case 'eth_getTransactionByHash':
      return [transaction]
    case 'eth_feeHistory':
      return ['0x2', numberToHex(head), []]
    default:
      return []
  }
}

/** Whether all that is said is true: a quorum leaves out what it does not compare, and `null` says that one does not know. */
function isPart(given: unknown, fact: unknown): boolean {
  if (given === null) return true
  if (typeof given === 'string' && typeof fact === 'string') return given.toLowerCase() === fact.toLowerCase()
  if (Array.isArray(given) && Array.isArray(fact)) {
    return given.length === fact.length && given.every((entry, index) => isPart(entry, fact[index]))
  }
  if (typeof given !== 'object' || given === null || typeof fact !== 'object' || fact === null) return given === fact
  return Object.entries(given).every(([name, value]) => isPart(value, Reflect.get(fact, name)))
}
