import { parseAbi } from 'viem'

/** What an endpoint and an OFT say about a message. */

export const packetAbi = parseAbi(['event PacketSent(bytes encodedPayload, bytes options, address sendLibrary)'])

export const oftAbi = parseAbi([
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
  'event OFTReceived(bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD)',
])
