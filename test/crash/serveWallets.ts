import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { DevnetAccount, DevnetChain } from '@unimargin/devnet'
import type { MoveWallet } from '@unimargin/sdk'
import { delegatedWalletOf } from '../devnet/delegatedWallet.fixture.ts'

/** Wallets that send all or nothing, and live on when the program that uses them dies. */
export type WalletServer = {
  /** Where the wallets of a chain answer; followed by the address of an account. */
  readonly urlOf: (chainId: number) => string
  readonly close: () => void
}

export async function serveWallets(
  chains: readonly DevnetChain[],
  owners: readonly DevnetAccount[],
): Promise<WalletServer> {
  const wallets = new Map<string, MoveWallet>()
  for (const chain of chains) {
    for (const owner of owners) {
      const { wallet } = await delegatedWalletOf(chain, owner)
      wallets.set(`/${chain.chainId}/${owner.address}`, wallet)
    }
  }
  const answer = async (request: IncomingMessage) => {
    const { id, method, params } = JSON.parse(await text(request))
    try {
      const result: unknown = await wallets.get(request.url ?? '')?.request({ method, params } as never)
      return { jsonrpc: '2.0', id, result }
    } catch (error) {
      const { code = -32_603, message } = Object(error)
      return { jsonrpc: '2.0', id, error: { code, message } }
    }
  }
  const server = createServer((request, response) => {
    void answer(request).then((body) => response.end(JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (chainId) => `http://127.0.0.1:${port}/${chainId}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
