import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { createMarginClient, getSnapshot, guarded, quorum, Read } from '@unimargin/sdk'
import { type MockChain, mockChain, mockContract } from '@unimargin/sdk/testing'
import { delay, HttpResponse, http as mswHttp } from 'msw'
import { type SetupServer, setupServer } from 'msw/node'
import {
  type Address,
  type Client,
  createClient,
  createPublicClient,
  custom,
  encodeErrorResult,
  erc20Abi,
  fallback,
  http,
  numberToHex,
  parseAbi,
  type Transport,
} from 'viem'
import { call, getBalance, getBlock, getBlockNumber, getChainId, getGasPrice, multicall } from 'viem/actions'
import { mainnet } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

// Every row of a table: what plain viem transports (2.57.1) do with a node that is broken or hostile, and what ours do.
// The first half of each test holds for as long as viem behaves so; when it fails, viem has mended it.

const DEBT_TOKEN: Address = `0x${'de'.repeat(20)}`
const OWNER: Address = `0x${'0a'.repeat(20)}`
const DEBT = 1_234n
const KEY = 'kEy0123456789AbCdEf'
const ONE = `https://one.example/v2/${KEY}`
const TWO = 'https://two.example/rpc'
const THREE = 'https://three.example/rpc'

type Asked = { readonly id: number; readonly method: string; readonly params: readonly unknown[] }
type Envelope = Readonly<Record<string, unknown>>

let server: SetupServer
let chain: MockChain
const sockets: Server[] = []
const realTimeout = globalThis.setTimeout

beforeEach(() => {
  const token = mockContract(erc20Abi, { balanceOf: () => DEBT })
  chain = mockChain({ chain: mainnet, nodes: [ONE, TWO, THREE], contracts: { [DEBT_TOKEN]: token } })
  chain.mine(3)
  server = setupServer(...chain.handlers)
  server.listen({ onUnhandledRequest: 'bypass' })
})

afterEach(() => {
  server.close()
  vi.restoreAllMocks()
  for (const socket of sockets.splice(0)) {
    socket.closeAllConnections()
    socket.close()
  }
})

/** What the node at a URL answers from now on; `undefined` leaves it to the chain. Counts the requests. */
function answerAt(url: string, answer: (asked: Asked) => Envelope | undefined): { readonly asked: Asked[] } {
  const asked: Asked[] = []
  const honest = async ({ method, params }: Asked): Promise<Envelope> => {
    const given = await chain.backend({ method, params })
    return given.status === 'result'
      ? { result: given.result }
      : { error: { code: given.code, message: given.message, data: given.data } }
  }
  server.use(
    mswHttp.post(url, async ({ request }) => {
      const body = (await request.json()) as Asked
      asked.push(body)
      return HttpResponse.json({ jsonrpc: '2.0', id: body.id, ...(answer(body) ?? (await honest(body))) })
    }),
  )
  return { asked }
}

/** A server of real sockets, for what msw cannot do. */
async function listen(listener: RequestListener): Promise<string> {
  const socket = createServer(listener)
  sockets.push(socket)
  socket.listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const address = socket.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const plain = (transport: Transport): Client => createClient({ chain: mainnet, transport })
const ours = (transport: Transport): Client => createClient({ chain: mainnet, transport, ccipRead: false })
const three = () => quorum([http(ONE), http(TWO), http(THREE)], { agree: 2 })
const debt = Read.call({ to: DEBT_TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] })
const readDebt = (client: Client, timeout = 2_000) =>
  getSnapshot(client, { chainId: mainnet.id, reads: [debt], timeout })

describe('one reply is missing from a JSON-RPC batch', () => {
  const dropSecond = () =>
    server.use(
      mswHttp.post(ONE, async ({ request }) => {
        const body = (await request.json()) as Asked | readonly Asked[]
        const reply = ({ id, params }: Asked) => ({
          jsonrpc: '2.0',
          id,
          result: numberToHex(BigInt(String(params[0]))),
        })
        if (!Array.isArray(body)) return HttpResponse.json(reply(body as Asked))
        return HttpResponse.json(body.filter((_, index) => index !== 1).map(reply))
      }),
    )
  const balances = (client: Client) =>
    Promise.all(
      [1, 2, 3].map((account) =>
        getBalance(client, { address: `0x${account.toString(16).padStart(40, '0')}` }).catch(() => 'failed'),
      ),
    )

  test('viem: the second request silently gets the value of the third', async () => {
    dropSecond()
    expect((await balances(plain(http(ONE, { batch: true, retryCount: 0 })))).slice(0, 2)).toEqual([1n, 3n])
  })

  test('guarded: nothing travels in batches, and each gets its own', async () => {
    dropSecond()
    const client = createClient({ transport: guarded(http(ONE, { batch: true })) })
    await expect(balances(client)).resolves.toEqual([1n, 2n, 3n])
  })
})

describe('headers are sent, the body never ends', () => {
  const stalls = () => listen((_, response) => void response.writeHead(200).write('{"jsonrpc":"2.0","id":1,"resul'))
  const good = () =>
    listen(async (request, response) => {
      const { id } = JSON.parse(Buffer.concat(await request.toArray()).toString())
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: '0x7' }))
    })
  const stillOpen = async (request: Promise<unknown>) =>
    Promise.race([request.catch(() => 'failed'), sleep(1_500, 'hangs')])

  test('viem: `timeout` does not fire, in `http` and in `fallback`', async () => {
    const [stalled, next] = [await stalls(), await good()]
    // Long enough for the headers to come on a busy machine: up to there viem's timer does fire.
    const options = { timeout: 500, retryCount: 0 }
    expect(await stillOpen(getBlockNumber(plain(http(stalled, options))))).toBe('hangs')
    const nodes = fallback([http(stalled, options), http(next, options)])
    expect(await stillOpen(getBlockNumber(plain(nodes)))).toBe('hangs')
  })

  test('guarded: the deadline covers the body, and `fallback` goes on to the next node', async () => {
    const [stalled, next] = [await stalls(), await good()]
    const node = guarded(http(stalled, { timeout: 50 }))
    await expect(getBlockNumber(createClient({ transport: node }))).rejects.toMatchObject({
      name: 'RequestTimeoutError',
      timeout: 50,
    })
    const nodes = fallback([node, guarded(next)])
    await expect(getBlockNumber(createClient({ transport: nodes }))).resolves.toBe(7n)
  })
})

describe('429 with `Retry-After: 3600`', () => {
  const busy = (...urls: readonly string[]) =>
    server.use(
      ...urls.map((url) =>
        mswHttp.post(url, () => HttpResponse.json({}, { status: 429, headers: { 'retry-after': '3600' } })),
      ),
    )
  /** The longest wait that is begun, once one of several seconds is; those of ours are cut short then. */
  const longestWait = async (transport: Transport): Promise<number> => {
    const waits: number[] = []
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, wait = 0, ...rest: never[]) => {
      // Deadlines are timers as well.
      if (wait !== 10_000) waits.push(wait)
      return realTimeout(run, wait > 4_000 && wait < 10_000 ? 1 : wait, ...rest)
    }) as never)
    const controller = new AbortController()
    const request = plain(transport).request({ method: 'eth_blockNumber' }, { signal: controller.signal })
    const ended = request.catch(() => {})
    await vi.waitFor(() => expect(waits.some((wait) => wait >= 4_000)).toBe(true), { timeout: 10_000 })
    controller.abort()
    await Promise.race([ended, sleep(100)])
    return Math.max(...waits)
  }

  test('viem: obeys it, and `fallback` waits as well', async () => {
    busy(ONE, TWO)
    expect(await longestWait(http(ONE))).toBe(3_600_000)
    expect(await longestWait(fallback([http(ONE), http(TWO)]))).toBe(3_600_000)
  })

  test('guarded: waits for 5 seconds at most; in a quorum others are asked meanwhile', async () => {
    busy(ONE)
    expect(await longestWait(guarded(http(ONE)))).toBe(5_000)
    vi.restoreAllMocks()
    await expect(readDebt(ours(three()))).resolves.toMatchObject({ results: [{ value: DEBT }] })
  })
})

describe('a fake `execution reverted`', () => {
  const revert = () => ({ error: { code: 3, message: 'execution reverted', data: '0x' } })

  test('viem: stops failover, and the second node is never asked', async () => {
    answerAt(ONE, revert)
    const second = answerAt(TWO, () => undefined)
    const client = plain(fallback([http(ONE), http(TWO)], { retryCount: 0 }))
    await expect(call(client, { to: DEBT_TOKEN, data: '0x' })).rejects.toThrow('execution reverted')
    expect(second.asked).toEqual([])
  })

  test('quorum: is a vote that nobody confirms', async () => {
    answerAt(ONE, ({ method }) => (method === 'eth_call' ? revert() : undefined))
    await expect(readDebt(ours(three()))).resolves.toMatchObject({ results: [{ status: 'ok', value: DEBT }] })
  })
})

describe('an `OffchainLookup` revert', () => {
  const lookupAbi = parseAbi(['error OffchainLookup(address, string[], bytes, bytes4, bytes)'])
  const data = encodeErrorResult({
    abi: lookupAbi,
    errorName: 'OffchainLookup',
    args: [DEBT_TOKEN, ['https://attacker.example/{data}'], '0xaa', '0x11223344', '0x'],
  })
  const lure = (limit: number) => {
    let fetched = 0
    answerAt(ONE, ({ method }) =>
      method === 'eth_call' ? { error: { code: 3, message: 'execution reverted', data } } : undefined,
    )
    server.use(
      mswHttp.get('https://attacker.example/*', () => {
        fetched += 1
        return fetched < limit ? HttpResponse.json({ data: '0x01' }) : new HttpResponse(null, { status: 404 })
      }),
    )
    return () => fetched
  }

  test('viem: fetches any URL of the node, again and again', async () => {
    const fetched = lure(20)
    await expect(call(plain(http(ONE)), { to: DEBT_TOKEN, data: '0x12' })).rejects.toThrow()
    expect(fetched()).toBe(20)
  })

  test('guarded: fetches nothing, also where CCIP-Read was left on', async () => {
    const fetched = lure(20)
    await expect(call(plain(guarded(http(ONE))), { to: DEBT_TOKEN, data: '0x12' })).rejects.toThrow(
      'URL of its own choice',
    )
    const client = createMarginClient({ chains: [mainnet], transports: { [mainnet.id]: http(ONE) }, adapters: [] })
    await expect(readDebt(client.getClient(mainnet.id))).resolves.toMatchObject({ status: 'unavailable' })
    expect(fetched()).toBe(0)
  })
})

describe('answers to something else, and numbers that are none', () => {
  type Row = readonly [
    string,
    (asked: Asked) => Envelope | undefined,
    (client: Client) => Promise<unknown>,
    unknown,
    string,
  ]
  const only = (method: string, result: unknown) => (asked: Asked) => (asked.method === method ? { result } : undefined)
  const block = (client: Client) => getBlock(client, { blockNumber: 5n }).then(({ number }) => number)
  const other = {
    ...{ number: '0x9', hash: `0x${'99'.repeat(32)}`, parentHash: `0x${'98'.repeat(32)}`, timestamp: '0x1' },
    ...{ gasLimit: '0x1', gasUsed: '0x0', transactions: [] },
  }
  const gasPrice = (client: Client) => getGasPrice(client)
  test.each<Row>([
    ['a wrong chain id', only('eth_chainId', '0x2105'), getChainId, 8_453, 'ForeignChainError'],
    ['a node of another chain', only('eth_chainId', '0x2105'), gasPrice, expect.any(BigInt), 'ForeignChainError'],
    ['a wrong request id', () => ({ id: 999_999, result: '0x5' }), gasPrice, 5n, 'MalformedAnswerError'],
    ['another block than asked', only('eth_getBlockByNumber', other), block, 9n, 'MalformedAnswerError'],
    [
      'a word of 320 bits',
      only('eth_gasPrice', `0x${'f'.repeat(80)}`),
      gasPrice,
      2n ** 320n - 1n,
      'MalformedAnswerError',
    ],
    ['a number as a decimal text', only('eth_gasPrice', '123'), gasPrice, 123n, 'MalformedAnswerError'],
    ['a number as a number', only('eth_gasPrice', 1e21), gasPrice, 10n ** 21n, 'MalformedAnswerError'],
  ])('%s: viem accepts it, guarded does not', async (_, answer, ask, accepted, error) => {
    answerAt(ONE, answer)
    await expect(ask(plain(http(ONE)))).resolves.toEqual(accepted)
    await expect(ask(ours(guarded(http(ONE))))).rejects.toSatisfy((thrown: unknown) => namesIn(thrown).includes(error))
  })
})

describe('`fallback({ rank: true })`', () => {
  /** Two nodes in memory: a fast one that stands still, and one that is slow and right. */
  const nodes = () => {
    const over = { is: false }
    const node = (head: bigint, wait: number, operator: string) =>
      guarded(
        custom({
          request: async ({ method, params }: Asked) => {
            if (over.is) return new Promise(() => {})
            if (wait > 0) await sleep(wait)
            if (method === 'eth_blockNumber') return numberToHex(head)
            if (method === 'net_listening') return true
            const number = method === 'eth_getBlockByNumber' ? head : BigInt(`0x${String(params[0]).slice(-8)}`)
            if (number > head) return null
            return { number: numberToHex(number), hash: numberToHex(number, { size: 32 }), timestamp: '0x1' }
          },
        }),
        { operator },
      )
    return { over, fast: node(5n, 0, 'fast'), slow: node(100n, 25, 'slow'), third: node(100n, 30, 'third') }
  }

  test('viem: prefers the fast node that is behind', async () => {
    const { over, fast, slow } = nodes()
    const rank = { interval: 1, sampleCount: 2, weights: { latency: 1, stability: 0 } }
    const client = plain(fallback([slow, fast], { rank }))
    await vi.waitFor(async () => expect(await getBlockNumber(client, { cacheTime: 0 })).toBe(5n), { timeout: 20_000 })
    over.is = true
  })

  test('quorum: takes the head that two have', async () => {
    const { fast, slow, third } = nodes()
    const client = ours(quorum([slow, fast, third], { agree: 2 }))
    for (let round = 0; round < 3; round += 1) {
      await expect(getBlockNumber(client, { cacheTime: 0 })).resolves.toBe(100n)
    }
  })

  const program = (transport: string) => `
    import { createPublicClient, fallback, http } from 'viem'
    import { guarded, quorum } from '@unimargin/sdk'
    const nodes = process.argv.slice(1).map((url, index) => guarded(http(url), { operator: 'operator ' + index }))
    const client = createPublicClient({ transport: ${transport} })
    console.log(String(await client.getBlockNumber()))
  `
  /** Runs a program that asks for one block; whether it ended by itself within two seconds after its answer. */
  const ends = async (transport: string): Promise<boolean> => {
    const listener: RequestListener = async (request, response) => {
      const { id, method } = JSON.parse(Buffer.concat(await request.toArray()).toString())
      const block = { number: '0x7', hash: `0x${'07'.repeat(32)}`, timestamp: '0x1' }
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: method === 'eth_blockNumber' ? '0x7' : block }))
    }
    const urls = [await listen(listener), await listen(listener)]
    const flags = ['--conditions=unimargin-source', '--import', 'tsx', '--input-type=module', '--eval']
    const child = spawn(process.execPath, [...flags, program(transport), ...urls], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    const [answer] = await once(child.stdout, 'data')
    expect(String(answer)).toBe('7\n')
    const ended = await Promise.race([exit.then(([code]) => code === 0), sleep(2_000, false)])
    child.kill('SIGKILL')
    return ended
  }

  test('viem: its timer keeps the process alive', async () => {
    expect(await ends('fallback(nodes, { rank: true })')).toBe(false)
  })

  test('quorum: nothing keeps it alive', async () => {
    expect(await ends('quorum(nodes, { agree: 2 })')).toBe(true)
  })
})

describe('503 while several calls travel together', () => {
  const outage = () => server.use(mswHttp.post(ONE, () => new HttpResponse('down', { status: 503 })))
  const contracts = [{ address: DEBT_TOKEN, abi: erc20Abi, functionName: 'balanceOf', args: [OWNER] }] as const

  test('viem: `multicall` makes a failure of each call of it, which naive code reads as no debt', async () => {
    outage()
    const [entry] = await multicall(plain(http(ONE, { retryCount: 0 })), { contracts, allowFailure: true })
    expect(entry.status).toBe('failure')
    expect(entry.result ?? 0n).toBe(0n)
  })

  test('guarded: a snapshot is unavailable as a whole, and there is no result to be read', async () => {
    outage()
    const snapshot = await readDebt(ours(guarded(http(ONE))))
    expect(snapshot).toEqual({ status: 'unavailable', reason: 'The node answered with HTTP status 503.' })
  })
})

describe('any error', () => {
  const ESCAPE = '\u001b[31m\u202e'
  const broken: readonly (readonly [string, () => void])[] = [
    [
      'an error of the node',
      () => void answerAt(ONE, () => ({ error: { code: -32_000, message: `${ESCAPE}no ${ONE} ${KEY}` } })),
    ],
    ['HTML', () => server.use(mswHttp.post(ONE, () => HttpResponse.html(`${ESCAPE}<p>Cannot POST /v2/${KEY}</p>`)))],
    ['a status', () => server.use(mswHttp.post(ONE, () => new HttpResponse(`${ESCAPE}/v2/${KEY}`, { status: 500 })))],
    ['a reset connection', () => server.use(mswHttp.post(ONE, () => HttpResponse.error()))],
    ['silence', () => server.use(mswHttp.post(ONE, async () => void (await delay('infinite'))))],
  ]
  const printed = (error: unknown): string => `${String(error)}\n${inspect(error, { depth: 12, showHidden: true })}`

  test.each(broken)(
    '%s: viem prints the key in the URL, guarded prints neither that nor what controls a terminal',
    async (_, fault) => {
      fault()
      const options = {
        retryCount: 0,
        timeout: 100,
        fetchOptions: { headers: { authorization: `Bearer ${KEY}-header` } },
      }
      const theirs = await getBlockNumber(createPublicClient({ transport: http(ONE, options) })).catch(printed)
      expect(theirs).toContain(KEY)
      const text = await getBlockNumber(createClient({ transport: guarded(http(ONE, options)) })).catch(printed)
      expect(text).toMatch(/Error/)
      expect(text).not.toContain(KEY)
      expect(text).not.toContain('\u202e')
      expect(String(text).replaceAll('\u001b[', '')).not.toContain('\u001b')
      expect(text).not.toContain('\u001b[31m')
    },
  )

  test('viem: lets escape sequences of the node through', async () => {
    answerAt(ONE, () => ({ error: { code: -32_000, message: `${ESCAPE}red` } }))
    const error = await getBlockNumber(plain(http(ONE, { retryCount: 0 }))).catch(String)
    expect(error).toContain(ESCAPE)
  })
})

/** The names of an error and of its causes. */
function namesIn(error: unknown): readonly string[] {
  return error instanceof Error ? [error.name, ...namesIn(error.cause)] : []
}
