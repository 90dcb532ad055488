/** Where a request to a URL goes: clients send a user name and a password as a header, and a fragment not at all. */
export function addressOf(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname}${search}`
}
