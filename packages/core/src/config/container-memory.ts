import { totalmem } from 'node:os'
import { mebibytes } from '../common/mebibytes.ts'
import type { Config } from './settings.ts'

/**
 * How many bytes of memory this process and its children may use: the limit of its cgroup (version 1 or 2, as containers have
 * it); undefined when there is none below what the machine has.
 */
export function memoryLimit(limit = process.constrainedMemory(), machine = totalmem()): number | undefined {
  return limit > 0 && limit < machine ? limit : undefined
}

/** What is to be said of a limit: a line for the log, and a warning where workers may come to need more. */
export function memoryNotes(
  { workers, maxMemory }: Pick<Config, 'workers' | 'maxMemory'>,
  limit: number
): { readonly info: string; readonly warning: string | undefined } {
  const isTight = workers * maxMemory > limit
  const sum = `${workers} workers of up to ${mebibytes(maxMemory)} (see --max-memory)`
  return {
    info: `Memory limit of all processes: ${mebibytes(limit)}`,
    warning: isTight ? `${sum} may need more than the limit of ${mebibytes(limit)}` : undefined
  }
}
