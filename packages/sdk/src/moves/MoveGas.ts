/**
 * Gas for `lzReceive` of an OFT that mints or unlocks the tokens and queues the compose message. Measured on the devnet at
 * the first credit of a holder, with margin.
 */
export const DELIVERY_GAS = 200_000n

/** Gas of an ERC-20 `approve` of a receipt token, where it cannot be estimated beforehand. */
export const APPROVE_GAS = 70_000n

/** Gas of the router's `send` where it cannot be estimated beforehand, because the router may not pull yet. */
export const SEND_GAS = 1_200_000n

/**
 * What is added to an estimate of gas, in percent: an estimate is made in one second and mined in a later one, and interest
 * that accrues between them takes paths that the estimate did not.
 */
export const GAS_MARGIN = 30n
