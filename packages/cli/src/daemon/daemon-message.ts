/** The environment variable that makes a daemon of pf. It holds the number of the process that started it. */
export const DAEMON_MARK = 'PF_DAEMON'

/** What a daemon tells the process that started it. */
export type DaemonMessage =
  /** It has this to say, for people. */
  | { readonly type: 'line'; readonly text: string }
  /** Its workers are ready. */
  | { readonly type: 'ready' }
