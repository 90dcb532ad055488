import { concatHex, type Hex, numberToHex, pad } from 'viem'
import { own } from '../artifacts/Artifact.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import { TOKEN_SPECS, type TokenSymbol } from '../Token.ts'
import type { Deployed, Deployment } from './Deployment.ts'
import { type LayerZeroStack, pinLibraries } from './deployLayerZero.ts'

/** A token of one chain, and what carries it across. */
export type TokenContracts = { readonly token: Deployed; readonly oft?: Deployed | undefined }

export type TokenSet = Readonly<Record<TokenSymbol, TokenContracts>>

/** What the adapter can pay out, in whole tokens: as if others had sent it away before. */
const LOCKED = 1_000_000n
/** What an OFT delivers with, whoever sends; more where it queues a compose as well. */
const DELIVERY_GAS = 80_000n
const DELIVERY_WITH_COMPOSE_GAS = 150_000n

/** Deploys the tokens of one chain. */
export function deployTokens({ from, deploy, call }: Deployment, spec: ChainSpec, stack: LayerZeroStack): TokenSet {
  const endpoint = stack.endpoint.address
  // WETH stands for coins: it can be wrapped and unwrapped.
  const plain = (symbol: TokenSymbol): Deployed => {
    const { name, decimals } = TOKEN_SPECS[symbol]
    const contract = symbol === 'WETH' ? 'DevnetWrappedNative' : 'DevnetToken'
    return deploy(own(contract), [name, symbol, decimals, from])
  }
  const crossing = (symbol: TokenSymbol): TokenContracts => {
    const { name, decimals } = TOKEN_SPECS[symbol]
    const contract = symbol === 'WETH' ? 'DevnetWrappedNativeOFT' : 'DevnetOFT'
    const token = deploy(own(contract), [name, symbol, decimals, endpoint, from])
    return { token, oft: token }
  }
  const adapted = (symbol: TokenSymbol): TokenContracts => {
    const token = plain(symbol)
    const oft = deploy(own('DevnetOFTAdapter'), [token.address, endpoint, from])
    call(token, 'mint', [oft.address, LOCKED * 10n ** BigInt(TOKEN_SPECS[symbol].decimals)])
    return { token, oft }
  }
  return {
    WETH: spec.wethOft === 'adapter' ? adapted('WETH') : crossing('WETH'),
    USDC: crossing('USDC'),
    WBTC: { token: plain('WBTC') },
    wstETH: { token: plain('wstETH') },
  }
}

/** Makes the OFTs of one chain and those of the others peers, over pinned libraries or LayerZero's defaults. */
export function connectTokens(
  deployment: Deployment,
  stack: LayerZeroStack,
  tokens: TokenSet,
  {
    remotes,
    isPinned,
  }: {
    readonly remotes: readonly { readonly spec: ChainSpec; readonly tokens: TokenSet }[]
    readonly isPinned: boolean
  },
): void {
  const specs = remotes.map(({ spec }) => spec)
  for (const symbol of ['WETH', 'USDC'] as const) {
    const oft = tokens[symbol].oft
    if (oft === undefined) continue
    for (const remote of remotes) {
      const peer = remote.tokens[symbol].oft
      if (peer !== undefined) deployment.call(oft, 'setPeer', [remote.spec.eid, pad(peer.address)])
    }
    deployment.call(oft, 'setEnforcedOptions', [
      specs.flatMap(({ eid }) => [
        { eid, msgType: 1, options: deliveryOptions(DELIVERY_GAS) },
        { eid, msgType: 2, options: deliveryOptions(DELIVERY_WITH_COMPOSE_GAS) },
      ]),
    ])
    if (isPinned) pinLibraries(deployment, stack, oft.address, specs)
  }
}

/** Options of type 3 with one entry: worker 1 (the executor), 17 bytes, kind 1 (delivery), gas. */
function deliveryOptions(gas: bigint): Hex {
  return concatHex(['0x0003', '0x01', '0x0011', '0x01', numberToHex(gas, { size: 16 })])
}
