/** Whoever runs nodes: several URLs of one operator are one voice. */

// Only hosts as they are written plainly: two spellings of one name must not be two voices.
const URL_PARTS = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#\\]*@)?(\[[\da-f:.]+\]|[a-z\d_.-]+)(?::(\d+)?)?(?:[/?#\\]|$)/i
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/
/** Below two-letter top-level domains names are often registered at the third level: `rpc.example.co.uk`. */
const SECOND_LEVELS: readonly string[] = ['ac', 'co', 'com', 'edu', 'go', 'gov', 'ne', 'net', 'or', 'org']

/**
 * The operator of the node at a URL: its registrable domain, i.e. the last two labels of the host (three where the second
 * level of a country's domain is a registry). A bare address and a local name are themselves, with their port. `undefined`
 * for what is no URL, and for names that are not written in plain ASCII.
 */
export function ofUrl(url: string): string | undefined {
  const [, host, port] = URL_PARTS.exec(url) ?? []
  if (host === undefined) return undefined
  const name = host.toLowerCase().replace(/\.+$/, '')
  const labels = name.split('.')
  const [first, second] = [labels.at(-1) ?? '', labels.at(-2)]
  if (name.startsWith('[') || IPV4.test(name) || second === undefined || first === 'localhost') {
    return port === undefined ? name : `${name}:${port}`
  }
  return labels.slice(first.length === 2 && SECOND_LEVELS.includes(second) ? -3 : -2).join('.')
}
