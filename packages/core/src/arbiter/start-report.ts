import { isSameFile } from '../common/same-file.ts'
import type { Config } from '../config/settings.ts'
import type { LogFile } from '../log/log-file.ts'
import { Logger } from '../log/logger.ts'

const STANDARD_ERROR = 2

/** Who started pf and waits to hear how it fares, beside those who read its log. */
export interface StartReport {
  /** Whether what pf writes to standard error is seen there. If not, the log is passed on, line by line. */
  readonly seesStandardError: boolean
  /** A line for people. */
  line(text: string): void
  /** All workers serve, for the first time. */
  ready(): void
}

export interface StartLogOptions {
  readonly config: Pick<Config, 'errorLogfile' | 'logLevel' | 'logFormat'>
  readonly file: Pick<LogFile, 'write'>
  readonly report: StartReport
  /** Hears of each error. */
  readonly alarm: (message: string) => void
}

/** What the arbiter logs with. Who waits for the start sees each error of it, once: as a line of the log, or else as `pf: ...`. */
export function openStartLog({ config, file, report, alarm }: StartLogOptions): Logger {
  const { errorLogfile } = config
  // Standard error has other names too: /dev/stderr, or the file to which it is redirected.
  const seesLog =
    !report.seesStandardError || errorLogfile === '-' || isSameFile(STANDARD_ERROR, errorLogfile)
  const write = (line: string): void => {
    file.write(line)
    if (!report.seesStandardError) report.line(line)
  }
  const onError = (message: string, isWritten: boolean): void => {
    alarm(message)
    if (!isWritten || !seesLog) report.line(`pf: ${message}\n`)
  }
  return new Logger({ write }, { level: config.logLevel, format: config.logFormat, alarm: onError })
}
