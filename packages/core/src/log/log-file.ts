import { closeSync, write, writeSync } from 'node:fs'
import type { Descriptors } from '../common/descriptors.ts'
import { fileTarget, type LogTarget, standardTarget } from './log-target.ts'
import type { Logger } from './logger.ts'

/** At most so many characters wait for a log that takes nothing just now (a full pipe, a disk that stalls); lines beyond are lost. */
const MOST_WAITING = 16 << 20
/** How long to leave a full pipe alone. */
const RETRY_MS = 20
const NEWLINE = 10

/** Bytes on their way to a descriptor. */
interface Chunk {
  readonly fd: number
  readonly bytes: Buffer
  /** How many of them are out. */
  done: number
}

export interface LogOptions {
  /** A file, made if need be and appended to, or `-` for `standard`. */
  readonly path: string
  readonly standard: 1 | 2
  /** Whether each line is written before the call returns; otherwise lines that come while a write is under way go together. */
  readonly sync: boolean
  readonly descriptors: Pick<Descriptors, 'unblock'>
}

/** Opens a log. Throws PfError `PF_LOGFILE`. */
export function openLogFile({ path, standard, sync, descriptors }: LogOptions): LogFile {
  return new LogFile(path === '-' ? standardTarget(standard, descriptors) : fileTarget(path), sync)
}

/**
 * A log that lines are appended to. Whatever happens to it, it neither throws nor blocks: what a full disk or a reader that
 * has gone does not take is lost; a full pipe is tried again, and what would go beyond 16 MiB meanwhile is lost.
 */
export class LogFile {
  readonly #target: LogTarget
  readonly #sync: boolean
  #fd: number
  /** Lines that are in no chunk yet. */
  #waiting = ''
  /** What to go on with. */
  #chunk: Chunk | undefined
  /** What the system has been given, and will tell what became of it. */
  #underWay: Chunk | undefined
  #retry: NodeJS.Timeout | undefined
  /** The last line was cut, so that the next one would be taken for the rest of it. */
  #cut = false
  #idle: (() => void)[] = []

  constructor(target: LogTarget, sync: boolean) {
    this.#target = target
    this.#sync = sync
    this.#fd = target.open()
  }

  write(line: string): void {
    if (this.#waiting !== '' && this.#waiting.length + line.length > MOST_WAITING) return
    this.#waiting += line
    if (this.#retry === undefined && this.#underWay === undefined) this.#goOn()
  }

  /**
   * Opens the file of that name anew, since the one that is open has been renamed. Lines from now on go there. Throws PfError
   * `PF_LOGFILE` when it cannot be opened; the log goes on as it was then.
   */
  reopen(): void {
    const before = this.#fd
    this.#fd = this.#target.open()
    if (this.#fd === before) return
    this.#cut = false
    if ((this.#underWay ?? this.#chunk)?.fd !== before) closeSync(before)
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    if (this.#underWay !== undefined) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /**
   * Writes out what is left, as far as the log takes it just now and before the call returns: what is under way is not waited
   * for, and may come after what is written now. Says false when something is left.
   */
  flush(): boolean {
    clearTimeout(this.#retry)
    this.#retry = undefined
    return this.#writeAll()
  }

  #goOn(): void {
    if (!this.#sync) this.#writeNext()
    else if (!this.#writeAll()) this.#tryLater()
  }

  /** Returns false when the log takes nothing just now. */
  #writeAll(): boolean {
    for (let chunk = this.#next(); chunk !== undefined; chunk = this.#next()) {
      try {
        this.#target.prepare(chunk.fd)
        chunk.done += writeSync(chunk.fd, chunk.bytes, chunk.done)
      } catch (error) {
        if (isFull(error as NodeJS.ErrnoException)) return false
        this.#giveUp(chunk)
      }
    }
    return true
  }

  #writeNext(): void {
    const chunk = this.#next()
    if (chunk === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve()
      return
    }
    this.#chunk = undefined
    this.#underWay = chunk
    this.#target.prepare(chunk.fd)
    write(chunk.fd, chunk.bytes, chunk.done, null, null, (error, written) => {
      this.#underWay = undefined
      this.#chunk = chunk
      if (error === null) chunk.done += written
      else if (isFull(error)) return this.#tryLater()
      else this.#giveUp(chunk)
      this.#writeNext()
    })
  }

  /** The chunk to write of, if there is anything to write. */
  #next(): Chunk | undefined {
    const last = this.#chunk
    if (last !== undefined && last.done < last.bytes.length) return last
    if (last !== undefined && last.fd !== this.#fd) closeSync(last.fd)
    this.#chunk = undefined
    if (this.#waiting === '') return undefined
    const text = this.#cut ? `\n${this.#waiting}` : this.#waiting
    this.#waiting = ''
    this.#cut = false
    this.#chunk = { fd: this.#fd, bytes: Buffer.from(text), done: 0 }
    return this.#chunk
  }

  #giveUp(chunk: Chunk): void {
    this.#cut = chunk.fd === this.#fd && chunk.done > 0 && chunk.bytes[chunk.done - 1] !== NEWLINE
    chunk.done = chunk.bytes.length
  }

  #tryLater(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#goOn()
    }, RETRY_MS).unref()
  }
}

/** Opens a log file anew; `log` hears of it, at level debug, or why it goes on as it was. */
export function reopenLog(file: LogFile, log: Logger | undefined): void {
  try {
    file.reopen()
    log?.debug('Log file opened anew')
  } catch (error) {
    log?.error(`${(error as Error).message}; lines go on to the file that was open`)
  }
}

/** Whether the log may take it later. */
function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EAGAIN'
}
