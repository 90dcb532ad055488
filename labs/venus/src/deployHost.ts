import { join } from 'node:path'
import { type Address, getAddress, numberToHex, parseAbi } from 'viem'
import { root } from '../../../scripts/run.ts'
import { compile } from '../../../scripts/Solidity.ts'

/** The router's connector, alone in a contract. Its health accrues interest first; it is asked by `eth_call` all the same. */
export const hostAbi = parseAbi([
  'function healthFactor(address comptroller, address owner) view returns (uint256)',
  'function withdraw(address token, address asset, uint256 amount, address owner)',
  'function supply(address comptroller, address token, address asset, uint256 amount, address owner)',
  'function repay(address comptroller, address token, address asset, uint256 amount, address owner) returns (uint256 left)',
  'function assetOf(address comptroller, address token) view returns (address)',
])

/** Compiles it as forge does, and deploys it. */
export async function deployHost(
  request: (method: string, params: readonly unknown[]) => Promise<unknown>,
): Promise<Address> {
  const target = { file: 'test/mocks/CompoundV2Host.sol', contract: 'CompoundV2Host' }
  const creation = compile([target], join(root, 'contracts'), new Map())?.get(target)?.creation
  if (creation === undefined) throw new TypeError('the host does not compile')
  const [from] = (await request('eth_accounts', [])) as readonly [Address]
  const hash = await request('eth_sendTransaction', [{ from, data: `0x${creation}`, gas: numberToHex(5_000_000) }])
  for (;;) {
    const receipt = (await request('eth_getTransactionReceipt', [hash])) as { contractAddress: Address } | undefined
    if (receipt) return getAddress(receipt.contractAddress)
  }
}
