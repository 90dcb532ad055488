import { erc20Abi } from 'viem'
import { redact } from '../errors/redact.ts'
import type { Asset } from '../model/Asset.ts'
import type { Address } from '../model/Hex.ts'
import type { Route } from '../model/Route.ts'
import type { MetadataEntry } from '../reads/MetadataCache.ts'
import * as Read from '../reads/Read.ts'

const DAY = 86_400
const MAX_SYMBOL = 32
const MAX_DECIMALS = 77

/** What the assets of the routes on a chain are called and how they count: needed to show what moves, also without a market. */
export function entries(routes: readonly Route[], chainId: number): readonly MetadataEntry<Asset>[] {
  const addresses = routes.flatMap(({ ends }) =>
    ends.filter((end) => end.chainId === chainId).map(({ asset }) => asset),
  )
  const distinct = new Map(addresses.map((address) => [address.toLowerCase(), address]))
  return [...distinct].map(([key, address]) => ({
    key: `asset:${chainId}:${key}`,
    ttl: DAY,
    read: read(chainId, address),
  }))
}

function read(chainId: number, address: Address): Read.Read<Asset> {
  return Read.andThen(
    Read.all([
      Read.call({ to: address, abi: erc20Abi, functionName: 'decimals' }),
      // Only shown: a token without a readable name still moves.
      Read.settle(Read.call({ to: address, abi: erc20Abi, functionName: 'symbol' })),
    ]),
    ([decimals, symbol]) => {
      if (decimals > MAX_DECIMALS)
        return Read.fail({ status: 'unavailable', reason: `${address} has ${decimals} decimals` })
      const shown = symbol.status === 'ok' ? redact(symbol.value).replace(/\s+/g, ' ').trim().slice(0, MAX_SYMBOL) : ''
      return Read.succeed({ chainId, address, symbol: shown === '' ? address : shown, decimals })
    },
  )
}
