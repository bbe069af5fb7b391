import { createHash } from 'node:crypto'

/** What the apps answer at `/digest`: the size and the hash of the content. */
export function digestOf(content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  return `${bytes.length} ${sha256(bytes)}`
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
