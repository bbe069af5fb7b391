import type { Config } from '../config/settings.ts'

/** Everything that a start or a reload needs to know; read anew each time, so that a reload sees what has changed. */
export interface Launch {
  readonly config: Config
  readonly workerClass: {
    /** The class's own name, after aliases: `async` for `-k gevent`. */
    readonly name: string
    /** The module that exports it as `workerClass`. */
    readonly url: string
  }
  /** The folder of compiled modules that workers use and fill; undefined for none. */
  readonly compileCache?: string | undefined
  /** Lines for the log, at level info: what the settings were taken to mean. */
  readonly notices: readonly string[]
}
