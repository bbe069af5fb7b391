/**
 * Every reason for which pf itself gives up, with the exit code it ends with.
 *
 * Codes follow Gunicorn where it has one: 3 for a worker that fails to boot, 4 for an app that cannot be loaded.
 */
export const PF_ERRORS = {
  PF_USAGE: { exitCode: 2, meaning: 'the command line (or PF_CMD_ARGS) cannot be understood' },
  PF_CONFIG: {
    exitCode: 1,
    meaning: 'a config file or an environment variable holds something pf cannot use'
  },
  PF_WORKER_CLASS: {
    exitCode: 1,
    meaning: 'the worker class is unknown, not installed, or not a worker class'
  },
  PF_BIND: { exitCode: 1, meaning: 'an address cannot be listened on' },
  PF_PIDFILE: { exitCode: 1, meaning: 'the pid file names a running process or cannot be written' },
  PF_LOGFILE: { exitCode: 1, meaning: 'a log file cannot be opened' },
  PF_PLATFORM: { exitCode: 1, meaning: 'the operating system lacks a call that pf needs' },
  PF_BOOT: { exitCode: 3, meaning: 'a worker failed to boot at first start' },
  PF_APP: {
    exitCode: 4,
    meaning:
      'the app cannot be loaded: no such module or export, it throws while loading, or it is nothing pf can serve'
  }
} as const satisfies Record<string, { exitCode: number; meaning: string }>

/** The closed set of codes that a {@link PfError} carries. */
export type PfErrorCode = keyof typeof PF_ERRORS

/**
 * An error that the user can do something about. Its message says what was wrong, the value, and what to do; programs
 * print the message without a stack.
 */
export class PfError extends Error {
  readonly code: PfErrorCode

  constructor(code: PfErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PfError'
    this.code = code
  }

  /** The exit code of a program that ends because of this error. */
  get exitCode(): number {
    return PF_ERRORS[this.code].exitCode
  }
}
