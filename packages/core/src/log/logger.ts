import type { LogFile } from './log-file.ts'

/** The levels of the error log, least severe first, as in Gunicorn. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/** Writes the error log, a line per event: `[2026-11-20 11:34:52 +0800] [74297] [INFO] Booting worker`. */
export class Logger {
  readonly #file: Pick<LogFile, 'write'>
  #threshold: number
  readonly #pid: number
  readonly #now: () => Date

  /** `now` and `pid` are there for tests; they default to the clock and to this process. */
  constructor(file: Pick<LogFile, 'write'>, level: LogLevel, pid = process.pid, now = () => new Date()) {
    this.#file = file
    this.#threshold = LOG_LEVELS.indexOf(level)
    this.#pid = pid
    this.#now = now
  }

  /** The least severe level that is written. */
  set level(level: LogLevel) {
    this.#threshold = LOG_LEVELS.indexOf(level)
  }

  debug(message: string): void {
    this.#log('debug', message)
  }

  info(message: string): void {
    this.#log('info', message)
  }

  warning(message: string): void {
    this.#log('warning', message)
  }

  error(message: string): void {
    this.#log('error', message)
  }

  critical(message: string): void {
    this.#log('critical', message)
  }

  #log(level: LogLevel, message: string): void {
    if (LOG_LEVELS.indexOf(level) < this.#threshold) return
    this.#file.write(`[${timestamp(this.#now())}] [${this.#pid}] [${level.toUpperCase()}] ${message}\n`)
  }
}

/** `2026-11-20 11:34:52 +0800`, in local time. */
export function timestamp(date: Date): string {
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
  return `${day} ${time} ${zone(date)}`
}

/** The offset of local time from UTC: `+0800`. */
export function zone(date: Date): string {
  const offset = -date.getTimezoneOffset()
  const minutes = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}${twoDigits(minutes % 60)}`
}

/** At least two digits: `07`, `2026`. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
