import { type Book, type Entry, type Module, mapAddresses } from './Book.ts'
import { type ChainNames, chains } from './chains.ts'
import { addressAt, assertChain, type Fields, maybeAddressAt, numberAt, type Sources } from './Sources.ts'

/** The whole book, as the sources have it today. */
export async function readBook(sources: Sources): Promise<Book> {
  for (const chain of chains) assertChain(chain, numberAt(sources.viem, chain.key, 'id'), 'viem')
  const book: Book = {
    'aave-v3/addresses.ts': perChain((chain) => aaveV3(chain, sources)),
    'aave-v3/contracts.ts': perChain((chain) => aaveV3Contracts(chain, sources)),
    'morpho-blue/addresses.ts': perChain((chain) => morphoBlue(chain, sources)),
    'compound-v3/addresses.ts': compoundV3(sources),
    'compound-v2/addresses.ts': { ...venus(sources), ...(await moonwell(sources)) },
    'wallet/addresses.ts': perChain((chain) => wallet(chain, sources)),
    'chains/addresses.ts': perChain((chain) => ofChain(chain, sources)),
    'routes/addresses.ts': routes(sources),
    'routes/verifiers.ts': verifiers(sources),
  }
  return mapAddresses(book, sources.checksummed)
}

function perChain(entryOf: (chain: ChainNames) => Entry | undefined): Module {
  return Object.fromEntries(
    chains.flatMap((chain) => {
      const entry = entryOf(chain)
      return entry === undefined ? [] : [[chain.key, entry]]
    }),
  )
}

/** Without what is not there: an entry says nothing of what a chain does not have. */
function present(entry: Readonly<Record<string, Entry[string] | undefined>>): Entry {
  return Object.fromEntries(
    Object.entries(entry).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

function aaveV3(chain: ChainNames, sources: Sources): Entry | undefined {
  const { aave: book, chainId, name } = chain
  const { aave } = sources
  if (book === undefined) return undefined
  assertChain(chain, numberAt(aave, book, 'CHAIN_ID'), 'the Aave address book')
  return present({
    chainId,
    name: `Aave V3 ${name}`,
    pool: addressAt(aave, book, 'POOL'),
    multicall3: ownMulticall3(chain, sources),
  })
}

/** What an app may want to ask itself: the adapter finds what it needs by the pool. */
function aaveV3Contracts({ aave: book, chainId }: ChainNames, { aave }: Sources): Entry | undefined {
  if (book === undefined) return undefined
  return present({
    chainId,
    addressesProvider: addressAt(aave, book, 'POOL_ADDRESSES_PROVIDER'),
    oracle: addressAt(aave, book, 'ORACLE'),
    priceOracleSentinel: maybeAddressAt(aave, book, 'PRICE_ORACLE_SENTINEL'),
    uiPoolDataProvider: addressAt(aave, book, 'UI_POOL_DATA_PROVIDER'),
    uiIncentiveDataProvider: addressAt(aave, book, 'UI_INCENTIVE_DATA_PROVIDER'),
  })
}

function dollarOracleOf({ aave: book }: ChainNames, { aave }: Sources): string | undefined {
  return book === undefined ? undefined : addressAt(aave, book, 'ORACLE')
}

function morphoBlue(chain: ChainNames, sources: Sources): Entry | undefined {
  const { morpho } = sources
  const { chainId } = chain
  if (morpho.of('addresses', chainId) === undefined) return undefined
  return present({
    chainId,
    morpho: addressAt(morpho, 'addresses', chainId, 'morpho'),
    adaptiveCurveIrm: addressAt(morpho, 'addresses', chainId, 'adaptiveCurveIrm'),
    dollarOracle: dollarOracleOf(chain, sources),
  })
}

function compoundV3(sources: Sources): Module {
  const entries = sources.recorded.comets.map(({ chain: key, base, comet, unit }) => {
    const chain = chainOf(key)
    const entry = present({
      chainId: chain.chainId,
      name: `Compound V3 ${base} ${chain.name}`,
      comet,
      unit,
      dollarOracle: unit === undefined ? undefined : dollarOracleOf(chain, sources),
    })
    return [`${key}${nameOf(base)}`, entry] as const
  })
  return Object.fromEntries(entries)
}

/** As a part of a name in camel case: `USDC.e` is `Usdce`. */
function nameOf(symbol: string): string {
  const letters = symbol.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
  return `${letters.charAt(0).toUpperCase()}${letters.slice(1)}`
}

function venus(sources: Sources): Module {
  const entries = chains.flatMap((chain) => {
    if (chain.venus === undefined) return []
    const file = sources.venus(chain.venus)
    assertChain(chain, Number(file.of('chainId')), 'Venus’s deployments')
    const names = Object.keys(Object(file.of('addresses'))).filter((name) => /^Comptroller_/.test(name))
    if (names.length === 0) throw new TypeError(`Venus has no pool on ${chain.key}`)
    return names.map((name) => {
      const pool = name.slice('Comptroller_'.length)
      const entry = present({
        chainId: chain.chainId,
        name: `Venus ${pool} ${chain.name}`,
        flavour: 'venus-isolated',
        comptroller: addressAt(file, 'addresses', name),
        multicall3: ownMulticall3(chain, sources),
      })
      return [`${chain.key}Venus${pool.split(' ').map(nameOf).join('')}`, entry] as const
    })
  })
  return Object.fromEntries(entries)
}

async function moonwell(sources: Sources): Promise<Module> {
  const entries = chains.flatMap((chain) => {
    const { moonwell: folder, chainId, name } = chain
    if (folder === undefined) return []
    return [
      sources.moonwell(folder).then((module) => {
        const comptroller = addressAt(module, 'contracts', 'comptroller')
        return [
          `${chain.key}Moonwell`,
          { chainId, name: `Moonwell ${name}`, flavour: 'moonwell', comptroller },
        ] as const
      }),
    ]
  })
  return Object.fromEntries(await Promise.all(entries))
}

function wallet(chain: ChainNames, sources: Sources): Entry {
  const { aave: book, chainId, name } = chain
  const { aave, morpho, viem } = sources
  const assets =
    book === undefined
      ? [addressAt(morpho, 'addresses', chainId, 'wNative'), addressAt(morpho, 'addresses', chainId, 'usdc')]
      : Object.keys(Object(aave.of(book, 'ASSETS'))).map((key) => addressAt(aave, book, 'ASSETS', key, 'UNDERLYING'))
  return present({
    chainId,
    name: `Wallet on ${name}`,
    native: chain.isNativeListed ? false : { symbol: String(viem.of(chain.key, 'nativeCurrency', 'symbol')) },
    wrappedNative: chain.isNativeListed ? undefined : wrappedNativeOf(chain, sources),
    dollarOracle: dollarOracleOf(chain, sources),
    multicall3: ownMulticall3(chain, sources),
    assets: [...new Set(assets)],
  })
}

function wrappedNativeOf(chain: ChainNames, { aave, morpho }: Sources): string {
  const known = maybeAddressAt(morpho, 'addresses', chain.chainId, 'wNative')
  return known ?? addressAt(aave, chain.aave ?? '', 'ASSETS', chain.wrappedNative ?? '', 'UNDERLYING')
}

const USUAL_MULTICALL3 = '0xca11bde05977b3631167028862be2a173976ca11'

function multicall3Of(chain: ChainNames, { viem }: Sources): string {
  return addressAt(viem, chain.key, 'contracts', 'multicall3', 'address')
}

/** Only where it is not where it is on most chains. */
function ownMulticall3(chain: ChainNames, sources: Sources): string | undefined {
  const found = multicall3Of(chain, sources)
  return found.toLowerCase() === USUAL_MULTICALL3 ? undefined : found
}

function ofChain(chain: ChainNames, sources: Sources): Entry {
  const { chainId, name, layerZero: folder } = chain
  const { layerZero, endpointIds, recorded } = sources
  const sequencer = recorded.sequencers.find((one) => one.chain === chain.key)
  return present({
    chainId,
    name,
    multicall3: multicall3Of(chain, sources),
    wrappedNative: wrappedNativeOf(chain, sources),
    eid: numberAt(endpointIds, 'EndpointId', `${folder.toUpperCase()}_V2_MAINNET`),
    endpoint: layerZero(folder, 'EndpointV2'),
    sendLibrary: layerZero(folder, 'SendUln302'),
    receiveLibrary: layerZero(folder, 'ReceiveUln302'),
    executor: layerZero(folder, 'Executor'),
    sequencer: sequencer && { chainId, feed: sequencer.feed },
  })
}

function chainOf(key: string): ChainNames {
  const chain = chains.find((one) => one.key === key)
  if (chain === undefined) throw new TypeError(`recorded.json names the chain ${key}, which is not in the book`)
  return chain
}

/** What Stargate calls its contracts for each asset: a pool, a pool of native coins, or an OFT where it mints the asset. */
const stargateContracts = {
  stargateUsdc: { key: 'USDC Stargate', names: ['StargatePoolUSDC', 'StargateOFTUSDC'] },
  stargateUsdt: { key: 'USDT Stargate', names: ['StargatePoolUSDT', 'StargateOFTUSDT'] },
  stargateEth: { key: 'ETH Stargate', names: ['StargatePoolNative', 'StargatePoolETH', 'StargateOFTETH'] },
} as const

/** Decimals that every pool of an asset shares with the others: read from each, and the same for all. */
function routes(sources: Sources): Module {
  const stargate = Object.entries(stargateContracts).map(([name, { key, names }]) => {
    const ends = chains.flatMap((chain) => {
      const found = names.flatMap((contract) => {
        const deployment = sources.stargate(chain.layerZero, contract)
        return deployment === undefined ? [] : [{ contract, deployment }]
      })
      const [one, second] = found
      // Of Metis, the native coin is METIS: its ETH is a token.
      if (second !== undefined) throw new TypeError(`Stargate has ${key} twice on ${chain.key}`)
      return one === undefined ? [] : [{ chain, ...stargateEnd(chain, one.contract, one.deployment, sources) }]
    })
    const [sharedDecimals, other] = [...new Set(ends.map((end) => end.sharedDecimals))]
    if (sharedDecimals === undefined || other !== undefined) throw new TypeError(`${key} has no decimals of its own`)
    return [
      name,
      {
        kind: 'stargate',
        key,
        sharedDecimals,
        ...Object.fromEntries(ends.map(({ chain, end }) => [chain.key, end])),
      },
    ] as const
  })
  return { ...Object.fromEntries(stargate), ...recordedOfts(sources) }
}

function stargateEnd(chain: ChainNames, contract: string, deployment: Fields, sources: Sources) {
  const messaging = sources.stargate(chain.layerZero, 'TokenMessaging')
  if (messaging === undefined) throw new TypeError(`Stargate sends nothing from ${chain.key}`)
  // A pool: names of its share, token, decimals, shared decimals, endpoint. Without token where it is the native coin's; an
  // OFT has no share.
  const isNative = contract === 'StargatePoolNative'
  const isOft = contract.startsWith('StargateOFT')
  const asset = isNative ? wrappedNativeOf(chain, sources) : addressAt(deployment, 'args', isOft ? 0 : 2)
  const sharedDecimals = numberAt(deployment, 'args', isNative ? 3 : isOft ? 1 : 4)
  const endpoint = addressAt(deployment, 'args', isNative ? 4 : isOft ? 2 : 5)
  if (endpoint.toLowerCase() !== sources.layerZero(chain.layerZero, 'EndpointV2').toLowerCase()) {
    throw new TypeError(`${contract} on ${chain.key} is at another endpoint`)
  }
  const end = {
    chainId: chain.chainId,
    asset,
    oft: addressAt(deployment, 'address'),
    messaging: addressAt(messaging, 'address'),
  }
  return { end, sharedDecimals }
}

function recordedOfts({ recorded }: Sources): Module {
  const names = [...new Set(recorded.ofts.map(({ route }) => route))]
  return Object.fromEntries(
    names.map((name) => {
      const all = recorded.ofts.filter(({ route }) => route === name)
      const [first] = all
      if (first === undefined) throw new TypeError(name)
      const ends = all.map(({ chain, asset, oft }) => [chain, { chainId: chainOf(chain).chainId, asset, oft }] as const)
      const { key, sharedDecimals } = first
      return [name, { kind: 'oft', key, sharedDecimals, ...Object.fromEntries(ends) }] as const
    }),
  )
}

/** Who verifies on two chains of the book at least, under the names of LayerZero's deployments. */
function verifiers(sources: Sources): Module {
  const names = [...new Set(chains.flatMap(({ layerZero }) => sources.verifiers(layerZero)))].sort()
  return Object.fromEntries(
    names.flatMap((file) => {
      const ends = chains.flatMap(({ key, chainId, layerZero }) => {
        const address = sources.maybeLayerZero(layerZero, file)
        return address === undefined ? [] : [[key, { chainId, address }] as const]
      })
      if (ends.length < 2) return []
      const name = file === 'DVN' ? 'LayerZero Labs' : file.slice('DVN'.length)
      return [[`dvn${name.replace(/\W/g, '')}`, { name, ...Object.fromEntries(ends) }] as const]
    }),
  )
}
