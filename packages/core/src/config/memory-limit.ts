import { totalmem } from 'node:os'

/**
 * How many bytes of memory this process and its children may use: the limit of its cgroup (version 1 or 2, as containers have
 * it); undefined when there is none below what the machine has.
 */
export function memoryLimit(limit = process.constrainedMemory(), machine = totalmem()): number | undefined {
  return limit > 0 && limit < machine ? limit : undefined
}
