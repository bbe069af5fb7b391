import { openSync } from 'node:fs'
import sonicBoom from 'sonic-boom'
import { PfError } from '../common/errors.ts'

/** A log that lines are appended to: a file, standard output or standard error. */
export interface LogFile {
  write(line: string): void
  /** Writes out what is still buffered; for the moment before a process ends. */
  flush(): void
}

/**
 * Opens a log. `path` is a file, made if need be and appended to, or `-` for the descriptor `standard` (1 or 2).
 * `sync` writes each line before the call returns; otherwise lines that come while a write is under way go together.
 * A log that fails later (a full disk, a reader that has gone) loses lines and never takes the process with it.
 *
 * Throws {@link PfError} `PF_LOGFILE` when the file cannot be opened.
 */
export function openLogFile(path: string, standard: 1 | 2, sync: boolean): LogFile {
  const stream = new sonicBoom.SonicBoom({
    fd: path === '-' ? standard : openForAppend(path),
    sync,
    minLength: 0
  })
  stream.on('error', () => {})
  return {
    write: (line) => void stream.write(line),
    flush: () => {
      try {
        stream.flushSync()
      } catch {
        // The log cannot take the lines and there is nowhere else to say so.
      }
    }
  }
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new PfError(
      'PF_LOGFILE',
      `cannot open the log file '${path}' (${code}); check the folder and its permissions`,
      {
        cause
      }
    )
  }
}
