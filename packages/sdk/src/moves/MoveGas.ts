/**
 * Gas for `lzReceive` of an OFT that mints or unlocks the tokens and queues the compose message: 70,000 was measured on the
 * devnet at most, of an OFT and of an OFT adapter. What is too little can be delivered again by anyone.
 */
export const DELIVERY_GAS = 150_000n

/** Gas of an ERC-20 `approve` of a receipt token, where it cannot be estimated: 51,000 was measured. */
export const APPROVE_GAS = 70_000n

/** Gas of authorising the router at Morpho Blue or a Comet and of revoking that, within `send` or as transactions. */
export const GRANT_GAS = 110_000n

/**
 * Gas of the router's `send` where it cannot be estimated, because the router may not pull yet: 770,000 to 933,000 was
 * measured with Aave V3 and two DVNs, the most for the first permit of an owner.
 */
export const SEND_GAS = 1_200_000n

/**
 * What is added to an estimate of gas, in percent: an estimate is made in one second and mined in a later one, and interest
 * that accrues between them takes paths that the estimate did not.
 */
export const GAS_MARGIN = 30n
