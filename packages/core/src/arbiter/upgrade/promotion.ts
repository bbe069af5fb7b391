import type { Logger } from '../../log/logger.ts'
import type { Pidfile } from '../pidfile.ts'

/** A process that has been killed holds its pid file until whoever started it has taken note. */
const RETRY_MS = 500
const MOST_TRIES = 60

/** Moves the pid file to where the old arbiter had its own, as soon as that is free. */
export function promotePidfile(pidfile: Pidfile, log: Logger, tries = MOST_TRIES): void {
  try {
    pidfile.promote()
  } catch (error) {
    if (tries === 0) return log.error((error as Error).message)
    setTimeout(() => promotePidfile(pidfile, log, tries - 1), RETRY_MS).unref()
  }
}
