import type { Address, Hex } from 'viem'
import { bytesToHex } from 'viem'
import { type HDAccount, mnemonicToAccount } from 'viem/accounts'

/** An account with native coins on every chain. Its key is public: never use it anywhere else. */
export type DevnetAccount = { readonly address: Address; readonly privateKey: Hex; readonly account: HDAccount }

/** What anvil, hardhat and others derive their test accounts from. */
const TEST_MNEMONIC = 'test test test test test test test test test test test junk'
const COUNT = 10

/** The ten well-known test accounts that anvil gives 10,000 ETH each. */
export function createAccounts(): readonly DevnetAccount[] {
  return Array.from({ length: COUNT }, (_, addressIndex) => {
    const account = mnemonicToAccount(TEST_MNEMONIC, { addressIndex })
    const { privateKey } = account.getHdKey()
    return { address: account.address, privateKey: privateKey === null ? '0x' : bytesToHex(privateKey), account }
  })
}
