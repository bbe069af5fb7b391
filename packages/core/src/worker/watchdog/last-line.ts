import { openDescriptors } from '../../common/descriptors.ts'
import { monotonicNow } from '../../common/monotonic.ts'
import type { Reading } from '../../common/scoreboard.ts'
import { lifeFields, lifeText } from '../../common/worker-life.ts'
import type { Config } from '../../config/settings.ts'
import { openLogFile } from '../../log/log-file.ts'
import { Logger } from '../../log/logger.ts'
import type { Loss } from './orphan.ts'

/** What the watchdog needs to know of the error log. */
export type ErrorLog = Pick<Config, 'errorLogfile' | 'logLevel' | 'logFormat'>

/** Writes the exit line of this process, which its watchdog is about to end: no arbiter is left to do so. Never throws. */
export function writeLastLine({ errorLogfile, logLevel, logFormat }: ErrorLog, loss: Loss, reading: Reading) {
  try {
    const descriptors = { unblock: (fd: number) => openDescriptors().unblock(fd) }
    const file = openLogFile({ path: errorLogfile, standard: 2, sync: true, descriptors })
    const life = { ...reading, lifetime: process.uptime() }
    new Logger(file, { level: logLevel, format: logFormat }).error(
      `Worker (pid:${process.pid}) was ended by SIGKILL, sent by its watchdog: its arbiter has gone, and it ${complaint(loss, reading)}; ${lifeText(life)}`,
      {
        event: 'worker-exit',
        cause: loss,
        worker: process.pid,
        code: null,
        signal: 'SIGKILL',
        sender: 'watchdog',
        ...lifeFields(life)
      }
    )
  } catch {
    // There is nobody to tell.
  }
}

function complaint(loss: Loss, { turnedAt }: Reading): string {
  if (loss === 'graceful-timeout') return 'has not finished within the graceful timeout'
  return `has been stuck for ${((monotonicNow() - turnedAt) / 1000).toFixed(1)} s`
}
