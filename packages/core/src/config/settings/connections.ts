import type { SettingsTable } from '../setting.ts'

/** How long a client may take, for what. */
export const CONNECTION_SETTINGS = {
  keepAlive: {
    kind: 'seconds',
    default: 65,
    flags: '--keep-alive',
    help: 'Seconds that an idle connection waits for its next request; longer than a proxy keeps it; 0: close at once.',
    group: 'Connections',
    reload: 'generation'
  },
  firstByteTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--first-byte-timeout',
    help: 'Seconds that a new connection has to send its first byte; then it is closed. 0: no limit.',
    group: 'Connections',
    reload: 'generation'
  },
  headTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--head-timeout',
    help: 'Seconds from the first byte of a request to the end of its head; then 408. 0: no limit.',
    group: 'Connections',
    reload: 'generation'
  },
  bodyTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--body-timeout',
    help: 'Seconds without a byte of the body while the app waits for it; then 408. 0: no limit.',
    group: 'Connections',
    reload: 'generation'
  },
  requestTimeout: {
    kind: 'seconds',
    default: 0,
    flags: '--request-timeout',
    help: 'Seconds from the end of a request head to the end of the answer; then 503, or a cut connection. 0: no limit.',
    group: 'Connections',
    reload: 'generation'
  },
  writeTimeout: {
    kind: 'seconds',
    default: 60,
    flags: '--write-timeout',
    help: 'Seconds that a client may take nothing of its answer; then its connection is cut. 0: no limit.',
    group: 'Connections',
    reload: 'generation'
  }
} as const satisfies SettingsTable
