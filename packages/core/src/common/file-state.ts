import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** Of larger files size and time are compared, not what is in them. */
const MOST_READ = 1 << 20

/**
 * The state of a file, to be compared with another of the same path: it differs when what is in the file does. Empty when there
 * is no file that can be read.
 */
export function fileState(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path)
    if (size > MOST_READ) return `${size} ${mtimeMs}`
    return createHash('sha256').update(readFileSync(path)).digest('base64')
  } catch {
    return ''
  }
}
