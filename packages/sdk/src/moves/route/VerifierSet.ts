import type { Address } from '../../model/Hex.ts'
import type { RouteVerifier } from '../../model/Route.ts'
import { isSame } from '../WhatIf.ts'
import type { Verification } from './RouteGrade.ts'

/** Who verifies, counted by who they are rather than by their addresses. */

type Named = readonly RouteVerifier[]

/** The name of a verifier's contract on a chain; its address where nobody named it. */
export function nameOf(verifiers: Named, chainId: number, address: Address): string {
  const found = verifiers.find(({ contracts }) =>
    contracts.some((one) => one.chainId === chainId && isSame(one.address, address)),
  )
  return found?.name ?? address.toLowerCase()
}

/** The contracts on another chain of the verifier that a contract belongs to; `undefined` where nobody named it. */
export function counterparts(
  verifiers: Named,
  from: { readonly chainId: number; readonly address: Address },
  to: number,
): readonly Address[] | undefined {
  const found = verifiers.filter(({ contracts }) =>
    contracts.some(({ chainId, address }) => chainId === from.chainId && isSame(address, from.address)),
  )
  const there = found.flatMap(({ contracts }) => contracts.filter(({ chainId }) => chainId === to))
  return there.length === 0 ? undefined : there.map(({ address }) => address)
}

/**
 * The fewest verifiers that together can have a message accepted: every required one, and the cheapest way to the threshold.
 * A contract that is required and optional, and two contracts of one verifier, are one.
 */
export function fewestToAgree(
  { required, optional, threshold }: Pick<Verification, 'required' | 'optional' | 'threshold'>,
  name: (address: Address) => string,
): number {
  const all = new Set(required.map(name))
  const votes = new Map<string, number>()
  for (const address of optional) votes.set(name(address), (votes.get(name(address)) ?? 0) + 1)
  let missing = threshold - [...votes].reduce((sum, [who, count]) => (all.has(who) ? sum + count : sum), 0)
  let more = 0
  const others = [...votes].filter(([who]) => !all.has(who)).map(([, count]) => count)
  for (const count of others.sort((a, b) => b - a)) {
    if (missing <= 0) break
    missing -= count
    more += 1
  }
  return all.size + more
}
