import type { DataIssue } from '../model/DataIssue.ts'

/** Joins lists of issues, each issue once: one missing price shows up in every leg that needs it. */
export function distinctIssues(lists: readonly (readonly DataIssue[])[]): readonly DataIssue[] {
  const byPlace = new Map<string, DataIssue>()
  for (const issue of lists.flat()) byPlace.set(issueKey(issue), issue)
  return [...byPlace.values()]
}

/** The same for what is the same hole, whenever it was first seen. */
export function issueKey({ kind, chainId, market, owner, path, reason }: DataIssue): string {
  return JSON.stringify([kind, chainId, market, owner, path, reason])
}
