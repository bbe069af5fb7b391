import type { LogFile } from './log-file.ts'

/** The levels of the error log, least severe first, as in Gunicorn. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/** `text`: lines for people, in Gunicorn's shape. `json`: an object per line, for machines. */
export const LOG_FORMATS = ['text', 'json'] as const

export type LogFormat = (typeof LOG_FORMATS)[number]

/** Facts of an event by name, which JSON logs show beside the message. Undefined ones are left out. */
export interface LogFields {
  readonly [name: string]: string | number | boolean | null | undefined
  /** These four are the line's own: the process that a line is about needs another name (`worker`). */
  readonly time?: never
  readonly pid?: never
  readonly level?: never
  readonly message?: never
}

export interface LoggerOptions {
  /** The least severe level that is written. */
  readonly level: LogLevel
  /** Default `text`. */
  readonly format?: LogFormat
  /** The process that the lines name; default this one. */
  readonly pid?: number
  /** The clock, for tests. */
  readonly now?: () => Date
  /** Hears of each error, whatever the level; `isWritten`: the level is one at which the log has it. */
  readonly alarm?: (message: string, isWritten: boolean) => void
}

/**
 * Writes the error log, a line per event: `[2026-11-20 11:34:52 +0800] [74297] [INFO] Booting worker`, or
 * `{"time":"2026-11-20T03:34:52.000Z","pid":74297,"level":"info","message":"Booting worker"}`.
 */
export class Logger {
  readonly #file: Pick<LogFile, 'write'>
  readonly #pid: number
  readonly #now: () => Date
  readonly #alarm: (message: string, isWritten: boolean) => void
  #threshold: number
  #format: LogFormat

  constructor(file: Pick<LogFile, 'write'>, options: LoggerOptions) {
    const { level, format = 'text', pid = process.pid, now = () => new Date(), alarm = () => {} } = options
    this.#file = file
    this.#pid = pid
    this.#now = now
    this.#alarm = alarm
    this.#threshold = LOG_LEVELS.indexOf(level)
    this.#format = format
  }

  /** Goes on as the settings of those names say. */
  follow({ logLevel, logFormat }: { readonly logLevel: LogLevel; readonly logFormat: LogFormat }): void {
    this.#threshold = LOG_LEVELS.indexOf(logLevel)
    this.#format = logFormat
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields)
  }

  warning(message: string, fields?: LogFields): void {
    this.#log('warning', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    this.#alarm(message, this.#writes('error'))
    this.#log('error', message, fields)
  }

  critical(message: string, fields?: LogFields): void {
    this.#alarm(message, this.#writes('critical'))
    this.#log('critical', message, fields)
  }

  #writes(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#threshold
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.#writes(level)) return
    const line =
      this.#format === 'json' ? this.#json(level, message, fields) : this.#text(level.toUpperCase(), message)
    this.#file.write(`${line}\n`)
  }

  #text(level: string, message: string): string {
    return `[${timestamp(this.#now())}] [${this.#pid}] [${level}] ${message}`
  }

  #json(level: LogLevel, message: string, fields: LogFields | undefined): string {
    return JSON.stringify({ time: this.#now().toISOString(), pid: this.#pid, level, message, ...fields })
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
