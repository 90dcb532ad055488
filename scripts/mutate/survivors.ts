// Mutants that no test can or should notice, by what `pnpm mutate:contracts` calls them, and why.
export const EXPLAINED: Readonly<Record<string, string>> = {}
