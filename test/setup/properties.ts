// Properties are tried on the same cases every time, so that a green commit stays green; `pnpm fuzz` looks for new ones.
// SEED leads back to a failure: fast-check prints it.
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_261_121) | 0 })
