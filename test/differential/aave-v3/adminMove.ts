import { encodeFunctionData, type Hex, parseAbi, zeroAddress } from 'viem'
import type { Random } from '../Random.ts'
import type { LabTarget, LabToken } from './AaveLab.ts'

/** What those may do who run a pool: the admin to the configurator, or the configurator itself to the pool. */
export type AdminMove = { readonly by: 'admin' | 'configurator'; readonly data: Hex }

const commonAbi = parseAbi([
  'function configureReserveAsCollateral(address asset, uint256 ltv, uint256 threshold, uint256 bonus)',
  'function setReserveFreeze(address asset, bool freeze)',
  'function setReservePause(address asset, bool pause)',
  'function setReserveFactor(address asset, uint256 factor)',
])
const categoryAbi = parseAbi([
  'function setEModeCategory(uint8 id, uint16 ltv, uint16 threshold, uint16 bonus, address source, string label)',
  'function setAssetEModeCategory(address asset, uint8 id)',
])
const bitmapAbi = parseAbi([
  'function setEModeCategory(uint8 id, uint16 ltv, uint16 threshold, uint16 bonus, string label)',
  'function setAssetCollateralInEMode(address asset, uint8 id, bool isCollateral)',
  'function setAssetBorrowableInEMode(address asset, uint8 id, bool isBorrowable)',
  'function setAssetLtvzeroInEMode(address asset, uint8 id, bool isZero)',
  'function setReserveLtvzero(address asset, bool isZero)',
])
const poolAbi = parseAbi([
  'function setConfiguration(address asset, (uint256 data) configuration)',
  'function configureEModeCategoryCollateralBitmap(uint8 id, uint128 bitmap)',
  'function configureEModeCategoryBorrowableBitmap(uint8 id, uint128 bitmap)',
  'function configureEModeCategoryLtvzeroBitmap(uint8 id, uint128 bitmap)',
])

/** Categories 1 and 2 are played with; nobody is ever in the others. */
const CATEGORIES = [1, 2] as const

/** Something random that changes the rules for everybody. */
export function adminMove(random: Random, version: LabTarget['version'], tokens: LabTarget['tokens']): AdminMove {
  if (random.chance(30)) return { by: 'configurator', data: anyConfiguration(random, version, tokens) }
  if (version === '3.6' && random.chance(25)) return { by: 'configurator', data: anyBitmap(random, tokens.length) }
  const { address: asset } = random.pick(tokens)
  const isEMode = random.chance(50)
  return {
    by: 'admin',
    data: !isEMode
      ? reserveCall(random, asset)
      : version === '3.6'
        ? bitmapCall(random, asset)
        : categoryCall(random, asset, tokens),
  }
}

function reserveCall(random: Random, asset: LabToken['address']): Hex {
  const kind = random.below(100)
  if (kind < 70) {
    const threshold = BigInt(1_000 + random.below(8_000))
    const ltv = random.chance(15) ? 0n : (threshold * BigInt(50 + random.below(51))) / 100n
    const args = [asset, ltv, threshold, 10_000n + BigInt(1 + random.below(900))] as const
    return encodeFunctionData({ abi: commonAbi, functionName: 'configureReserveAsCollateral', args })
  }
  if (kind < 80) {
    return encodeFunctionData({ abi: commonAbi, functionName: 'setReserveFreeze', args: [asset, random.chance(30)] })
  }
  if (kind < 90) {
    return encodeFunctionData({ abi: commonAbi, functionName: 'setReservePause', args: [asset, random.chance(30)] })
  }
  const args = [asset, BigInt(random.below(5_000))] as const
  return encodeFunctionData({ abi: commonAbi, functionName: 'setReserveFactor', args })
}

function anyCategory(random: Random): readonly [id: number, ltv: number, threshold: number, bonus: number] {
  const threshold = 8_500 + random.below(1_400)
  return [random.pick(CATEGORIES), threshold - random.below(500), threshold, 10_050]
}

function categoryCall(random: Random, asset: LabToken['address'], tokens: LabTarget['tokens']): Hex {
  if (random.chance(50)) {
    const source = random.chance(50) ? zeroAddress : random.pick(tokens).address
    const args = [...anyCategory(random), source, 'random'] as const
    return encodeFunctionData({ abi: categoryAbi, functionName: 'setEModeCategory', args })
  }
  const args = [asset, random.pick([0, ...CATEGORIES])] as const
  return encodeFunctionData({ abi: categoryAbi, functionName: 'setAssetEModeCategory', args })
}

function bitmapCall(random: Random, asset: LabToken['address']): Hex {
  const kind = random.below(100)
  const args = [asset, random.pick(CATEGORIES), random.chance(70)] as const
  if (kind < 30) {
    const category = [...anyCategory(random), 'random'] as const
    return encodeFunctionData({ abi: bitmapAbi, functionName: 'setEModeCategory', args: category })
  }
  if (kind < 55) return encodeFunctionData({ abi: bitmapAbi, functionName: 'setAssetCollateralInEMode', args })
  if (kind < 75) return encodeFunctionData({ abi: bitmapAbi, functionName: 'setAssetBorrowableInEMode', args })
  if (kind < 85) return encodeFunctionData({ abi: bitmapAbi, functionName: 'setAssetLtvzeroInEMode', args })
  return encodeFunctionData({ abi: bitmapAbi, functionName: 'setReserveLtvzero', args: [asset, random.chance(40)] })
}

/** Any bits at all, also such as the configurator would refuse. */
function anyBitmap(random: Random, count: number): Hex {
  const args = [random.pick(CATEGORIES), BigInt(random.below(2 ** count))] as const
  const functionName = random.pick([
    'configureEModeCategoryCollateralBitmap',
    'configureEModeCategoryBorrowableBitmap',
    'configureEModeCategoryLtvzeroBitmap',
  ] as const)
  return encodeFunctionData({ abi: poolAbi, functionName, args })
}

/**
 * Whatever the configurator can write into a reserve's configuration, also what it would refuse while somebody supplies:
 * no threshold, isolation, caps, frozen, paused, not active.
 */
function anyConfiguration(random: Random, version: LabTarget['version'], tokens: LabTarget['tokens']): Hex {
  const { address: asset, decimals } = random.pick(tokens)
  const bit = (position: bigint, percent: number) => (random.chance(percent) ? 1n << position : 0n)
  const cap = () => (random.chance(60) ? 0n : random.magnitude(1n, 10n ** 10n))
  const threshold = random.chance(version === '3.0' ? 15 : 30) ? 0n : BigInt(1 + random.below(9_900))
  const configuration =
    (random.chance(15) ? 0n : (threshold * BigInt(random.below(101))) / 100n) |
    (threshold << 16n) |
    (BigInt(10_001 + random.below(900)) << 32n) |
    (BigInt(decimals) << 48n) |
    bit(56n, 97) |
    bit(57n, 5) |
    bit(58n, 90) |
    bit(59n, 70) |
    bit(60n, 3) |
    bit(61n, 50) |
    bit(62n, 3) |
    (BigInt(random.below(5_000)) << 64n) |
    (cap() << 80n) |
    (cap() << 116n) |
    (version === '3.0' ? BigInt(random.pick([0, ...CATEGORIES])) << 168n : 0n) |
    (random.chance(65) ? 0n : random.magnitude(1n, 10n ** 11n) << 212n) |
    (version === '3.6' ? 1n << 252n : 0n)
  return encodeFunctionData({ abi: poolAbi, functionName: 'setConfiguration', args: [asset, { data: configuration }] })
}
