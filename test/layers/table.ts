/**
 * Who may look at whom. This table settles reviews: a change of direction is a change of this file.
 *
 * `may` lists layers (a folder inside the same package) or packages; everything not listed is refused.
 */
export type Layer = { readonly folder: string; readonly may: readonly string[] }

/** Layers inside `packages/sdk/src`, lowest first. */
export const sdkLayers: readonly Layer[] = [
  { folder: 'errors', may: [] },
  { folder: 'units', may: ['errors'] },
  { folder: 'model', may: ['errors', 'units', 'zod/mini'] },
  { folder: 'journal', may: ['errors', 'units', 'model', 'zod/mini'] },
  { folder: 'risk', may: ['errors', 'units', 'model'] },
  { folder: 'reads', may: ['errors', 'units', 'model', 'viem', 'zod/mini'] },
  { folder: 'adapter', may: ['errors', 'units', 'model', 'risk', 'reads', 'viem', 'zod/mini'] },
  { folder: 'moves', may: ['errors', 'units', 'model', 'journal', 'risk', 'reads', 'adapter', 'viem', 'zod/mini'] },
  {
    folder: 'actions',
    may: ['errors', 'units', 'model', 'risk', 'reads', 'adapter', 'moves', 'viem', 'zod/mini', 'eventemitter3'],
  },
  {
    folder: 'client',
    may: [
      'errors',
      'units',
      'model',
      'risk',
      'reads',
      'adapter',
      'moves',
      'actions',
      'viem',
      'zod/mini',
      'eventemitter3',
    ],
  },
  // At the side: nothing may look at them.
  { folder: 'node', may: ['errors', 'units', 'model', 'journal', 'zod/mini'] },
  {
    folder: 'testing',
    may: ['errors', 'units', 'model', 'risk', 'reads', 'adapter', 'moves', 'viem', 'zod/mini', 'msw'],
  },
]

/** What whole packages may import besides their own files. Node built-ins only where `node:` is listed. */
export const packageImports: Readonly<Record<string, readonly string[]>> = {
  'packages/sdk/src': ['viem', 'zod/mini', 'eventemitter3'],
  'packages/adapters/src': ['@unimargin/sdk', 'viem'],
  'packages/devnet/src': ['@unimargin/sdk', '@unimargin/adapters', '@unimargin/contracts', 'viem', 'node:'],
  'packages/examples/demo/src': ['@unimargin/sdk', '@unimargin/adapters', '@unimargin/devnet', 'viem', 'node:'],
  'packages/examples/mocked-wallet/src': ['@unimargin/sdk', '@unimargin/adapters', 'msw', 'viem'],
  'packages/examples/quickstart/src': ['@unimargin/sdk', '@unimargin/adapters', '@unimargin/devnet', 'viem'],
}

/** What single folders may import on top: entry points of their own, which no app's bundle gets to see. */
export const folderImports: Readonly<Record<string, readonly string[]>> = {
  'packages/sdk/src/node': ['node:'],
  'packages/sdk/src/testing': ['msw'],
  'packages/sdk/src/testing/node': ['node:'],
  'packages/adapters/src/aave-v3/testing': ['@unimargin/sdk/testing'],
  'packages/adapters/src/conformance': ['@unimargin/sdk/testing', 'vitest'],
  'packages/adapters/src/compound-v3/testing': ['@unimargin/sdk/testing'],
  'packages/adapters/src/morpho-blue/testing': ['@unimargin/sdk/testing'],
  'packages/adapters/src/compound-v2/testing': ['@unimargin/sdk/testing'],
  'packages/adapters/src/wallet/testing': ['@unimargin/sdk/testing'],
}

/** Files that import what only they can name, each with its reason. */
export const computedImports: Readonly<Record<string, string>> = {
  'packages/devnet/src/artifacts/multicall3Creation.ts':
    'viem carries the bytecode of Multicall3 but does not export it',
}

/** In these folders nothing may depend on the time, on chance or on the outside world. */
export const pureFolders: readonly string[] = [
  'packages/sdk/src/units',
  'packages/sdk/src/risk',
  'packages/sdk/src/model',
]
