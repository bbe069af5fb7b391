import type { Descriptors } from '../common/descriptors.ts'
import type { Config } from '../config/settings.ts'
import { endLogs, flushLogs, lastMoment } from '../log/last-writes.ts'
import { type LogFile, openLogFile, reopenLog } from '../log/log-file.ts'
import { Logger } from '../log/logger.ts'

/** The log files of a worker process. */
export class WorkerLogs {
  readonly #files: LogFile[] = []
  #log: Logger | undefined
  #accessLog: LogFile | undefined
  #lastMoment: number | undefined

  /** The error log; undefined until it is open. */
  get log(): Logger | undefined {
    return this.#log
  }

  /** The access log, if there is to be one. */
  get accessLog(): LogFile | undefined {
    return this.#accessLog
  }

  /** Opens them as the settings say; returns the error log. Throws PfError `PF_LOGFILE`. */
  open(config: Config, descriptors: Descriptors): Logger {
    const { errorLogfile, accessLogfile, logLevel, logFormat } = config
    const errorLog = openLogFile({ path: errorLogfile, standard: 2, sync: true, descriptors })
    this.#files.push(errorLog)
    this.#log = new Logger(errorLog, { level: logLevel, format: logFormat })
    if (accessLogfile !== undefined) {
      this.#accessLog = openLogFile({ path: accessLogfile, standard: 1, sync: false, descriptors })
      this.#files.push(this.#accessLog)
    }
    return this.#log
  }

  /** Opens them anew, since they have been renamed. */
  reopen(): void {
    for (const file of this.#files) reopenLog(file, this.#log)
  }

  /** Writes out what they hold; resolves after a second at the latest. */
  async end(): Promise<void> {
    await endLogs(this.#files, this.#deadline)
  }

  /** As {@link end}, before the call returns; both together take no more than the second. */
  flush(): void {
    flushLogs(this.#files, this.#deadline)
  }

  /** Until when they may hold up the end of the process, which has begun. */
  get #deadline(): number {
    this.#lastMoment ??= lastMoment()
    return this.#lastMoment
  }
}
