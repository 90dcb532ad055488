import type { DevnetAccount, DevnetChain } from '@unimargin/devnet'
import type { MoveWallet } from '@unimargin/sdk'
import {
  createPublicClient,
  createWalletClient,
  custom,
  encodeFunctionData,
  type Hex,
  http,
  numberToHex,
  parseAbi,
} from 'viem'

// A wallet as EIP-5792 has it, of an account that is delegated by EIP-7702: what it is asked to send at once is one transaction of the
// account to itself, which runs all calls in the account's own name, or none.

const DELEGATE = '0x00000000000000000000000000000000005792aa'
/** Takes coins; whatever else it is told, it has Multicall3 run on its own account. */
const CODE: Hex =
  '0x3615603257365f5f375f5f365f73ca11bde05977b3631167028862be2a173976ca115af43d5f5f3e602e573d5ffd5b3d5ff35b00'

const abi = parseAbi([
  'struct Call3Value { address target; bool allowFailure; uint256 value; bytes callData; }',
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3Value(Call3Value[] calls) payable returns (Result[])',
])

type Call = { readonly to: Hex; readonly data?: Hex; readonly value?: Hex }
type Batch = { readonly id?: string; readonly calls: readonly Call[]; readonly atomicRequired: boolean }

export type DelegatedWallet = {
  readonly wallet: MoveWallet
  /** What it was asked to send at once, by id. */
  readonly batches: ReadonlyMap<string, Hex>
  /** Refuses the next batch with a code of EIP-5792. */
  readonly refuse: (code: number) => void
}

/** Delegates nothing yet: the first batch does. */
export async function delegatedWalletOf(
  { chain, rpcUrl, client }: DevnetChain,
  { account }: DevnetAccount,
): Promise<DelegatedWallet> {
  await client.setCode({ address: DELEGATE, bytecode: CODE })
  const signer = createWalletClient({ account, chain, transport: http(rpcUrl) })
  const node = createPublicClient({ chain, transport: http(rpcUrl) })
  const batches = new Map<string, Hex>()
  let refusal: number | undefined
  const refused = (code: number) => Object.assign(new TypeError('refused'), { code })

  async function send({ id = numberToHex(batches.size), calls, atomicRequired }: Batch) {
    if (refusal !== undefined || !atomicRequired) {
      const code = refusal ?? 5700
      refusal = undefined
      throw refused(code)
    }
    if (batches.has(id)) throw refused(5720)
    const all = calls.map(({ to, data = '0x', value = '0x0' }) => ({
      target: to,
      allowFailure: false,
      value: BigInt(value),
      callData: data,
    }))
    const authorization = await signer.signAuthorization({ contractAddress: DELEGATE, executor: 'self' })
    const hash = await signer.sendTransaction({
      authorizationList: [authorization],
      to: account.address,
      data: encodeFunctionData({ abi, functionName: 'aggregate3Value', args: [all] }),
      value: all.reduce((sum, { value }) => sum + value, 0n),
      gas: 3_000_000n,
    })
    batches.set(id, hash)
    return { id }
  }

  async function statusOf(id: string) {
    const hash = batches.get(id)
    if (hash === undefined) throw refused(5730)
    const receipt = await node.request({ method: 'eth_getTransactionReceipt', params: [hash] })
    const status = receipt === null ? 100 : receipt.status === '0x1' ? 200 : 500
    return {
      version: '2.0.0',
      id,
      chainId: numberToHex(chain.id),
      status,
      atomic: true,
      receipts: receipt && [receipt],
    }
  }

  const provider = {
    request: async ({ method, params }: { readonly method: string; readonly params?: readonly unknown[] }) => {
      if (method === 'wallet_getCapabilities') return { [numberToHex(chain.id)]: { atomic: { status: 'ready' } } }
      if (method === 'wallet_sendCalls') return send(params?.[0] as Batch)
      if (method === 'wallet_getCallsStatus') return statusOf(String(params?.[0]))
      return client.request({ method, params } as never)
    },
  }
  return {
    wallet: createWalletClient({ account, chain, transport: custom(provider, { retryCount: 0 }) }),
    batches,
    refuse: (code) => {
      refusal = code
    },
  }
}
