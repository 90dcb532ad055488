import { padHex, parseAbi, zeroAddress } from 'viem'
import type { MockContracts, MockPart } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { mockContract } from '../chain/mockContract.ts'
import type { RouterOft } from './RouterState.ts'

const abi = parseAbi([
  'function token() view returns (address)',
  'function approvalRequired() view returns (bool)',
  'function sharedDecimals() view returns (uint8)',
  'function decimalConversionRate() view returns (uint256)',
  'function peers(uint32 eid) view returns (bytes32)',
  'function owner() view returns (address)',
  'function msgInspector() view returns (address)',
  'function enforcedOptions(uint32 eid, uint16 kind) view returns (bytes)',
  'function getAmountCanBeSent(uint32 eid) view returns (uint256 inFlight, uint256 amount)',
])

/** The OFT adapters of one chain, as far as somebody looks at them: the tokens that they carry, and their peers. */
export function oftsPart(chainId: number, ofts: readonly RouterOft[]): MockPart {
  const contracts: MockContracts = Object.fromEntries(
    ofts.map(({ oft, asset, decimals, sharedDecimals, peers }) => [
      oft,
      mockContract(abi, {
        token: () => asset,
        approvalRequired: () => true,
        sharedDecimals: () => sharedDecimals,
        decimalConversionRate: () => 10n ** BigInt(decimals - sharedDecimals),
        peers: ([eid]) => padHex(peers[eid] ?? zeroAddress, { size: 32 }),
        owner: () => zeroAddress,
        msgInspector: () => zeroAddress,
        enforcedOptions: () => '0x',
        // An OFT without a rate limit has no such function.
        getAmountCanBeSent: () => {
          throw new MockRevert()
        },
      }),
    ]),
  )
  return { key: `ofts:${chainId}`, contracts: () => contracts }
}
