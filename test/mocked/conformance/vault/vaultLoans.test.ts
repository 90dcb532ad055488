// vaultLoans.test.ts
import { describeAdapter } from '@unimargin/adapters/conformance'
import { mockPool } from './mockVaultLoans.ts'
import { chainId, fixture } from './vaultFixture.ts'
import { vaultLoans } from './vaultLoans.ts'

describeAdapter(vaultLoans({ chainId, pool: mockPool(chainId) }), fixture)
