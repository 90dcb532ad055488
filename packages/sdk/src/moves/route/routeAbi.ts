/** What grading reads of OFTs, of Stargate V2, of LayerZero's endpoint, its libraries and its verifiers. */

const address = { type: 'address' } as const
const uint32 = { type: 'uint32' } as const
const bool = { type: 'bool' } as const
const bytes = { type: 'bytes' } as const
const uint64 = { type: 'uint64' } as const
const uint256 = { type: 'uint256' } as const
const perPath = [address, uint32] as const

const ulnConfig = {
  type: 'tuple',
  components: [
    { name: 'confirmations', type: 'uint64' },
    { name: 'requiredDVNCount', type: 'uint8' },
    { name: 'optionalDVNCount', type: 'uint8' },
    { name: 'optionalDVNThreshold', type: 'uint8' },
    { name: 'requiredDVNs', type: 'address[]' },
    { name: 'optionalDVNs', type: 'address[]' },
  ],
} as const

const view = { type: 'function', stateMutability: 'view' } as const

export const endpointAbi = [
  { ...view, name: 'blockedLibrary', inputs: [], outputs: [address] },
  { ...view, name: 'getSendLibrary', inputs: perPath, outputs: [address] },
  { ...view, name: 'isDefaultSendLibrary', inputs: perPath, outputs: [bool] },
  { ...view, name: 'getReceiveLibrary', inputs: perPath, outputs: [address, bool] },
  { ...view, name: 'receiveLibraryTimeout', inputs: perPath, outputs: [address, uint256] },
  { ...view, name: 'isValidReceiveLibrary', inputs: [address, uint32, address], outputs: [bool] },
  { ...view, name: 'delegates', inputs: [address], outputs: [address] },
] as const

export const libraryAbi = [
  { ...view, name: 'getUlnConfig', inputs: perPath, outputs: [ulnConfig] },
  { ...view, name: 'getAppUlnConfig', inputs: perPath, outputs: [ulnConfig] },
  {
    ...view,
    name: 'getExecutorConfig',
    inputs: perPath,
    outputs: [
      {
        type: 'tuple',
        components: [
          { name: 'maxMessageSize', type: 'uint32' },
          { name: 'executor', type: 'address' },
        ],
      },
    ],
  },
  { ...view, name: 'executorConfigs', inputs: perPath, outputs: [uint32, address] },
  { type: 'error', name: 'LZ_ULN_AtLeastOneDVN', inputs: [] },
] as const

export const verifierAbi = [
  { ...view, name: 'getFee', inputs: [uint32, uint64, address, bytes], outputs: [uint256] },
  // What a placeholder says, and whoever else reverts with a text.
  { type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] },
] as const

export const appAbi = [
  { ...view, name: 'peers', inputs: [uint32], outputs: [{ type: 'bytes32' }] },
  { ...view, name: 'owner', inputs: [], outputs: [address] },
  { ...view, name: 'enforcedOptions', inputs: [uint32, { type: 'uint16' }], outputs: [bytes] },
  { ...view, name: 'msgInspector', inputs: [], outputs: [address] },
  { ...view, name: 'assetIds', inputs: [address], outputs: [{ type: 'uint16' }] },
] as const

export const oftAbi = [
  { ...view, name: 'token', inputs: [], outputs: [address] },
  { ...view, name: 'sharedDecimals', inputs: [], outputs: [{ type: 'uint8' }] },
  { ...view, name: 'getAmountCanBeSent', inputs: [uint32], outputs: [uint256, uint256] },
  { ...view, name: 'status', inputs: [], outputs: [{ type: 'uint8' }] },
  {
    ...view,
    name: 'getAddressConfig',
    inputs: [],
    outputs: [
      {
        type: 'tuple',
        components: [
          { name: 'feeLib', type: 'address' },
          { name: 'planner', type: 'address' },
          { name: 'treasurer', type: 'address' },
          { name: 'tokenMessaging', type: 'address' },
          { name: 'creditMessaging', type: 'address' },
          { name: 'lzToken', type: 'address' },
        ],
      },
    ],
  },
  {
    ...view,
    name: 'quoteOFT',
    inputs: [
      {
        type: 'tuple',
        components: [
          { name: 'dstEid', type: 'uint32' },
          { name: 'to', type: 'bytes32' },
          { name: 'amountLD', type: 'uint256' },
          { name: 'minAmountLD', type: 'uint256' },
          { name: 'extraOptions', type: 'bytes' },
          { name: 'composeMsg', type: 'bytes' },
          { name: 'oftCmd', type: 'bytes' },
        ],
      },
    ],
    outputs: [
      {
        type: 'tuple',
        components: [
          { name: 'minAmountLD', type: 'uint256' },
          { name: 'maxAmountLD', type: 'uint256' },
        ],
      },
      {
        type: 'tuple[]',
        components: [
          { name: 'feeAmountLD', type: 'int256' },
          { name: 'description', type: 'string' },
        ],
      },
      {
        type: 'tuple',
        components: [
          { name: 'amountSentLD', type: 'uint256' },
          { name: 'amountReceivedLD', type: 'uint256' },
        ],
      },
    ],
  },
] as const
