import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

/** Serves msw's service worker from its package, so that no copy of it grows old in this one. */
const serviceWorker: Plugin = {
  name: 'msw-service-worker',
  configureServer(server) {
    const script = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js')
    server.middlewares.use('/mockServiceWorker.js', (_request, response) => {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(script))
    })
  },
}

export default {
  plugins: [serviceWorker],
  // The packages' sources, not their builds.
  resolve: { conditions: ['unimargin-source', 'module', 'browser', 'import', 'default'] },
}
