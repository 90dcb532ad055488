import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

let server: Server
let url = ''
let open = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    open += 1
    response.on('close', () => {
      open -= 1
    })
    if (request.url === '/half-a-body') response.writeHead(200).write('{"jsonrpc":"2.0","id":1,"res')
    if (request.url === '/busy') response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

type Report = {
  readonly names?: readonly string[]
  readonly busy?: number
  readonly leftovers?: readonly string[]
}

async function run(): Promise<Report> {
  const args = ['--conditions=unimargin-source', '--import=tsx', `${root}test/mocked/close.fixture.ts`, url]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
    (error: { readonly stdout: string }) => error,
  )
  return JSON.parse(stdout) as Report
}

describe('close', () => {
  test('default: a process whose nodes never answer ends by itself', async () => {
    const report = await run()
    // A request, a timeout or a socket that is left holds it for longer than the fixture waits, which then names `leftovers`.
    expect(report).toEqual({
      names: ['ClientClosedError', 'ClientClosedError', 'WatchClosedError'],
      busy: expect.any(Number),
    })
    // There was something to end.
    expect(report.busy).toBeGreaterThan(3)
    await vi.waitFor(() => expect(open).toBe(0))
  })
})
