import { parseAbi } from 'viem'

/** What is read and called of LayerZero's endpoint and its libraries, and of Stargate's pools, to see a move through. */

export const endpointAbi = parseAbi([
  'struct Origin { uint32 srcEid; bytes32 sender; uint64 nonce; }',
  'function getReceiveLibrary(address receiver, uint32 srcEid) view returns (address library, bool isDefault)',
  'function lzReceive(Origin origin, address receiver, bytes32 guid, bytes message, bytes extraData) payable',
  'function lzCompose(address from, address to, bytes32 guid, uint16 index, bytes message, bytes extraData) payable',
  'event InboundNonceSkipped(uint32 srcEid, bytes32 sender, address receiver, uint64 nonce)',
  'event PacketBurnt(uint32 srcEid, bytes32 sender, address receiver, uint64 nonce, bytes32 payloadHash)',
  'event LzReceiveAlert(address indexed receiver, address indexed executor, Origin origin, bytes32 guid, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
  'event LzComposeAlert(address indexed from, address indexed to, address indexed executor, bytes32 guid, uint16 index, uint256 gas, uint256 value, bytes message, bytes extraData, bytes reason)',
])

export const receiveLibraryAbi = parseAbi([
  'struct UlnConfig { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }',
  'function getUlnConfig(address app, uint32 remoteEid) view returns (UlnConfig)',
  'function hashLookup(bytes32 headerHash, bytes32 payloadHash, address verifier) view returns (bool submitted, uint64 confirmations)',
  'function verifiable(UlnConfig config, bytes32 headerHash, bytes32 payloadHash) view returns (bool)',
  'function commitVerification(bytes packetHeader, bytes32 payloadHash)',
])

export const poolAbi = parseAbi([
  'event UnreceivedTokenCached(bytes32 guid, uint8 index, uint32 srcEid, address receiver, uint256 amountLD, bytes composeMsg)',
  'function retryReceiveToken(bytes32 guid, uint8 index, uint32 srcEid, address receiver, uint256 amountLD, bytes composeMsg)',
])
