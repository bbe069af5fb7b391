import type { Logger } from '../../log/logger.ts'
import type { Pidfile } from '../pidfile.ts'

/** A process that has been killed holds its pid file until whoever started it has taken note. */
const RETRY_MS = 500
const MOST_TRIES = 60

/** Where a new arbiter has its pid file until it is promoted. */
export function pidfileBeside(path: string): string {
  return `${path}.2`
}

/** Moves the pid file to where the old arbiter had its own, as soon as that is free. */
export function promotePidfile(pidfile: Pidfile, path: string, log: Logger, tries = MOST_TRIES): void {
  try {
    pidfile.rename(path)
  } catch (error) {
    if (tries === 0) return log.error((error as Error).message)
    setTimeout(() => promotePidfile(pidfile, path, log, tries - 1), RETRY_MS).unref()
  }
}
