import type { DataIssue } from '../model/DataIssue.ts'

/** Joins lists of issues, each issue once: one missing price shows up in every leg that needs it. */
export function distinctIssues(lists: readonly (readonly DataIssue[])[]): readonly DataIssue[] {
  const byPlace = new Map<string, DataIssue>()
  for (const issue of lists.flat()) {
    const { kind, chainId, market, owner, path, reason } = issue
    byPlace.set(JSON.stringify([kind, chainId, market, owner, path, reason]), issue)
  }
  return [...byPlace.values()]
}
