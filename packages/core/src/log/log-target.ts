import { constants, fstatSync, openSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Descriptors } from '../common/descriptors.ts'
import { PfError } from '../common/errors.ts'

/** Where the lines of a log go. */
export interface LogTarget {
  /** The descriptor to write to; each call opens a file anew. Throws {@link PfError} `PF_LOGFILE`. */
  open(): number
  /** Called before each write: what is written to may have been made to block since. */
  prepare(fd: number): void
}

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants

/** A file, made if need be and appended to. A FIFO needs a reader, and a full one does not block. */
export function fileTarget(path: string): LogTarget {
  return {
    open: () => {
      try {
        return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666)
      } catch (cause) {
        throw cannotOpen(path, cause as NodeJS.ErrnoException)
      }
    },
    prepare: () => {}
  }
}

/**
 * Standard output (1) or standard error (2). What those are is shared with every process that has inherited it, and each Node
 * that ends puts it back to blocking. A pipe or a terminal is therefore opened once more, for this process alone (Linux); what
 * cannot be, such as a socket, is made not to block before each write. Only a terminal is not: its shell has it too.
 */
export function standardTarget(fd: 1 | 2, descriptors: Pick<Descriptors, 'unblock'>): LogTarget {
  const terminal = isatty(fd)
  const own = terminal || isPipe(fd) ? openOnceMore(fd) : undefined
  const mayBlock = own === undefined && !terminal && !isFile(fd)
  return {
    open: () => own ?? fd,
    prepare: () => {
      try {
        if (mayBlock) descriptors.unblock(fd)
      } catch {
        // It is closed; writing tells.
      }
    }
  }
}

function openOnceMore(fd: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY)
  } catch {
    return undefined
  }
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO()
  } catch {
    return false
  }
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile()
  } catch {
    return true
  }
}

function cannotOpen(path: string, cause: NodeJS.ErrnoException): PfError {
  const advice = cause.code === 'ENXIO' ? 'nobody reads it' : 'check the folder and its permissions'
  return new PfError('PF_LOGFILE', `cannot open the log file '${path}' (${cause.code}); ${advice}`, { cause })
}
