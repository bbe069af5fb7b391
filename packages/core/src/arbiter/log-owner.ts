import { closeSync, constants, fchownSync, fstatSync, openSync } from 'node:fs'
import { PfError } from '../common/errors.ts'
import { type Identity, identityOf } from '../common/identity.ts'
import type { Config } from '../config/settings.ts'
import type { Logger } from '../log/logger.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants

/**
 * Makes the log files, where need be, and gives them to those that workers run as, who open them anew when they have been
 * renamed. What is no ordinary file, and what has another name besides, stays as it is: in a folder that workers may write to
 * it could be any file of the system.
 *
 * Throws {@link PfError} `PF_LOGFILE`.
 */
export function giveLogFiles(config: Config): void {
  const owner = identityOf(config)
  const { errorLogfile, accessLogfile } = config
  if (owner === undefined || process.geteuid?.() !== 0) return
  for (const path of [errorLogfile, accessLogfile]) if (path !== undefined && path !== '-') give(path, owner)
}

/** As {@link giveLogFiles}, when they have been renamed and new ones are to be made; `log` hears of what fails. */
export function giveLogFilesAgain(config: Config, log: Logger): void {
  try {
    giveLogFiles(config)
  } catch (error) {
    log.error((error as Error).message)
  }
}

function give(path: string, { uid, gid }: Identity): void {
  try {
    const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666)
    try {
      const stat = fstatSync(fd)
      if (stat.isFile() && stat.nlink === 1) fchownSync(fd, uid, gid)
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    // A link, or a pipe that nobody reads.
    if (code === 'ELOOP' || code === 'ENXIO') return
    throw new PfError(
      'PF_LOGFILE',
      `cannot give the log file '${path}' to user ${uid} (${code}); check the folder and its permissions`,
      { cause }
    )
  }
}
