import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { own } from '../artifacts/Artifact.ts'
import type { Compiled } from '../compile/ensureCompiled.ts'
import { MORPHO_MARKETS, type MorphoMarketName, type MorphoMarketSpec } from '../MorphoMarket.ts'
import { TOKEN_SPECS } from '../Token.ts'
import type { Deployed, Deployment } from './Deployment.ts'
import type { FeedSet } from './deployFeeds.ts'
import type { TokenSet } from './deployTokens.ts'

/** What Morpho Blue names a market by, and hashes to its id. */
export type MorphoMarketParams = {
  readonly loanToken: Address
  readonly collateralToken: Address
  readonly oracle: Address
  readonly irm: Address
  /** WAD. */
  readonly lltv: bigint
}

export type MorphoMarket = { readonly id: Hex; readonly params: MorphoMarketParams }

/** Morpho Blue on one chain. */
export type MorphoContracts = {
  readonly morpho: Deployed
  readonly irm: Deployed
  readonly markets: Readonly<Record<MorphoMarketName, MorphoMarket>>
}

/**
 * Deploys Morpho Blue with the linear interest model of its own tests, opens the markets, and supplies something to borrow.
 * Oracles ask the feeds that Aave's oracle asks, so that a price moves everywhere at once.
 */
export function deployMorpho(
  deployment: Deployment,
  { tokens, feeds, compiled }: { readonly tokens: TokenSet; readonly feeds: FeedSet; readonly compiled: Compiled },
): MorphoContracts {
  const { from, deploy, call } = deployment
  const morpho = deploy(compiled('Morpho'), [from])
  const irm = deploy(compiled('IrmMock'))
  call(morpho, 'setFeeRecipient', [from])
  call(morpho, 'enableIrm', [irm.address])
  for (const lltv of new Set(Object.values(MORPHO_MARKETS).map((spec) => spec.lltv))) call(morpho, 'enableLltv', [lltv])
  const open = ({ collateral, loan, lltv, liquidity }: MorphoMarketSpec): MorphoMarket => {
    const decimals = [TOKEN_SPECS[collateral].decimals, TOKEN_SPECS[loan].decimals]
    const params = {
      loanToken: tokens[loan].token.address,
      collateralToken: tokens[collateral].token.address,
      oracle: deploy(own('DevnetMorphoOracle'), [feeds[collateral].address, feeds[loan].address, ...decimals]).address,
      irm: irm.address,
      lltv,
    }
    const amount = liquidity * 10n ** BigInt(TOKEN_SPECS[loan].decimals)
    call(morpho, 'createMarket', [params])
    call(tokens[loan].token, 'mint', [from, amount])
    call(tokens[loan].token, 'approve', [morpho.address, amount])
    call(morpho, 'supply', [params, amount, 0n, from, '0x'])
    return { id: marketIdOf(params), params }
  }
  return {
    morpho,
    irm,
    markets: {
      'WETH/USDC': open(MORPHO_MARKETS['WETH/USDC']),
      'WBTC/USDC': open(MORPHO_MARKETS['WBTC/USDC']),
      'wstETH/WETH': open(MORPHO_MARKETS['wstETH/WETH']),
    },
  }
}

const PARAMS = parseAbiParameters(
  'address loanToken, address collateralToken, address oracle, address irm, uint256 lltv',
)

function marketIdOf({ loanToken, collateralToken, oracle, irm, lltv }: MorphoMarketParams): Hex {
  return keccak256(encodeAbiParameters(PARAMS, [loanToken, collateralToken, oracle, irm, lltv]))
}
