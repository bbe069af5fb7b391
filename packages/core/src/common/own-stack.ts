import { fileURLToPath } from 'node:url'
import { stackOf } from './thrown.ts'

/** Where the code of pf lies when it runs. */
const HERE = new URL('.', import.meta.url).href
const HERE_PATH = fileURLToPath(HERE)

/** Whether a file, by its URL or its path, is one of pf's own. */
export function isOwnFile(filename: string): boolean {
  return filename.startsWith(HERE) || filename.startsWith(HERE_PATH)
}

/**
 * The message and stack of an error of the app's, as far as they are the app's own: without the frames of pf that called it,
 * all that is below them, and those of Node's insides.
 */
export function ownStack(error: unknown): string {
  const lines = stackOf(error).split('\n')
  const caller = lines.findIndex((line) => isFrame(line) && line.includes(HERE))
  return (caller === -1 ? lines : lines.slice(0, caller))
    .filter((line) => !isFrame(line) || !line.includes('node:'))
    .join('\n')
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line)
}
