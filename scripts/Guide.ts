/** One block of a page: a file that it names in its first line, or commands. */
export type Step =
  | { readonly kind: 'file'; readonly file: string; readonly text: string }
  | { readonly kind: 'commands'; readonly lines: readonly string[] }

/** What a page tells its reader to do, in its order. Throws where a block is neither a file nor commands. */
export function stepsOf(page: string): readonly Step[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: text = '', index }): Step => {
    if (language === 'sh') return { kind: 'commands', lines: text.trim().split('\n') }
    const [first = ''] = text.split('\n')
    const file = /^(?:\/\/|<!--) ([\w./-]+\.\w+)(?: -->)?$/.exec(first)?.[1]
    if (file !== undefined) return { kind: 'file', file, text }
    const line = page.slice(0, index).split('\n').length
    throw new Error(`the block in line ${line} names no file in its first line, and is no \`sh\``)
  })
}

/** A command with the names of packages replaced by what shall be installed in their place. */
export function withTarballs(command: string, tarballs: ReadonlyMap<string, string>): string {
  if (!command.startsWith('npm install ')) return command
  return command
    .split(' ')
    .map((word) => tarballs.get(word) ?? word)
    .join(' ')
}
