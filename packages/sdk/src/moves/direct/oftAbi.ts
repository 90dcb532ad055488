import { parseAbi } from 'viem'

/** What is called of an OFT, and of a pool, which is one as well; and of the wrapped native coin. */

export const oftAbi = parseAbi([
  'struct SendParam { uint32 dstEid; bytes32 to; uint256 amountLD; uint256 minAmountLD; bytes extraOptions; bytes composeMsg; bytes oftCmd; }',
  'struct MessagingFee { uint256 nativeFee; uint256 lzTokenFee; }',
  'function token() view returns (address)',
  'function approvalRequired() view returns (bool)',
  'function enforcedOptions(uint32 eid, uint16 msgType) view returns (bytes)',
  'function quoteSend(SendParam sendParam, bool payInLzToken) view returns (MessagingFee fee)',
  'function send(SendParam sendParam, MessagingFee fee, address refundAddress) payable',
])

export const wrappedAbi = parseAbi(['function deposit() payable', 'function withdraw(uint256 amount)'])
