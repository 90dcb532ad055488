import type { Devnet, DevnetChain } from './Devnet.ts'
import { MORPHO_MARKET_NAMES } from './MorphoMarket.ts'
import { TOKEN_SYMBOLS } from './Token.ts'

/** What somebody needs to use a running devnet by hand, in lines of at most 80 columns. */
export function describeDevnet({ chains, accounts, timings }: Devnet): string {
  return [
    `Unimargin devnet: ${chains.length} chains, ready in ${(timings.total / 1_000).toFixed(1)} s`,
    '',
    'chain      id     EID    RPC',
    ...chains.map(
      ({ name, chainId, eid, rpcUrl }) => `${name.padEnd(10)} ${String(chainId).padEnd(6)} ${eid}  ${rpcUrl}`,
    ),
    ...chains.flatMap(describeChain),
    '',
    'Accounts, 10,000 ETH each on every chain. These are public test keys that',
    'everybody knows: never send anything of value to them.',
    ...accounts.flatMap(({ address, privateKey }) => [`  ${address}`, `    ${privateKey}`]),
    '',
    'Messages between the chains are carried as soon as they are sent.',
    'Ctrl-C ends all chains.',
  ].join('\n')
}

function describeChain({
  name,
  endpoint,
  addresses,
  aaveVersion,
  morphoMarkets,
  tokens,
}: DevnetChain): readonly string[] {
  const line = (label: string, address: string): string => `  ${label.padEnd(18)} ${address}`
  return [
    '',
    name,
    line('CollateralRouter', addresses.router),
    line(`Aave V${aaveVersion} pool`, addresses.pool),
    line('Aave oracle', addresses.oracle),
    line('Morpho Blue', addresses.morpho),
    line('LayerZero endpoint', endpoint),
    line('Multicall3', addresses.multicall3),
    ...TOKEN_SYMBOLS.flatMap((symbol) => {
      const { address, oft, feed } = tokens[symbol]
      return [
        line(symbol, address),
        ...(oft === undefined || oft === address ? [] : [line(`${symbol} OFT adapter`, oft)]),
        line(`${symbol} feed`, feed),
      ]
    }),
    '  Morpho Blue markets: collateral/loan, id',
    ...MORPHO_MARKET_NAMES.map((market) => `  ${market.padEnd(11)} ${morphoMarkets[market].id}`),
  ]
}
