import { createHash } from 'node:crypto'
import { join } from 'node:path'

/**
 * The files of a journal. Whoever holds it has an epoch, one more than whoever held it before, and writes only files of its own
 * epoch: `<hash>.<epoch>.lock` and `<hash>.<epoch>.<number>.journal`. The highest numbers count; lower ones are left-overs.
 *
 * `<hash>` is of the journal's name: no name leads out of the directory.
 */
export type JournalFile = {
  readonly name: string
  readonly kind: 'lock' | 'journal' | 'temporary' | 'damaged'
  readonly epoch: number
  readonly number: number
}

const PATTERN = /^(\d{1,15})(?:\.(\d{1,15}))?\.(lock|journal|temporary|damaged)$/

/** What the names of a journal's files begin with. */
export function prefixOf(name: string): string {
  return createHash('sha256').update(name, 'utf8').digest('hex')
}

/** Where a file of a journal is. */
export function pathOf(
  directory: string,
  prefix: string,
  { kind, epoch, number }: Pick<JournalFile, 'kind' | 'epoch' | 'number'>,
): string {
  return join(directory, kind === 'lock' ? `${prefix}.${epoch}.lock` : `${prefix}.${epoch}.${number}.${kind}`)
}

/** The files of a journal among those of its directory, lowest first. */
export function among(names: readonly string[], prefix: string): readonly JournalFile[] {
  return names
    .flatMap((name): readonly JournalFile[] => {
      const [, epoch, number = '0', kind] = PATTERN.exec(name.startsWith(`${prefix}.`) ? name.slice(65) : '') ?? []
      return isKind(kind) ? [{ name, kind, epoch: Number(epoch), number: Number(number) }] : []
    })
    .sort((a, b) => a.epoch - b.epoch || a.number - b.number)
}

/** The highest of a kind. */
export function last(files: readonly JournalFile[], kind: JournalFile['kind']): JournalFile | undefined {
  return files.filter((file) => file.kind === kind).at(-1)
}

function isKind(kind: string | undefined): kind is JournalFile['kind'] {
  return kind === 'lock' || kind === 'journal' || kind === 'temporary' || kind === 'damaged'
}
