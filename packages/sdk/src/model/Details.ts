/** Plain facts of a protocol's own, by name: shown, stored, and understood by its adapter alone. */
export type Details = Readonly<Record<string, string | number | bigint | boolean>>
