import { fstatSync, statSync } from 'node:fs'
import type { Config } from '../config/settings.ts'
import type { LogFile } from '../log/log-file.ts'
import { Logger } from '../log/logger.ts'

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
  const seesLog = !report.seesStandardError || isStandardError(config.errorLogfile)
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

/** Whether a log of that name comes out at standard error: also as `/dev/stderr`, or as the file to which that is redirected. */
function isStandardError(path: string): boolean {
  if (path === '-') return true
  try {
    const [file, standard] = [statSync(path), fstatSync(2)]
    return file.dev === standard.dev && file.ino === standard.ino
  } catch {
    return false
  }
}
