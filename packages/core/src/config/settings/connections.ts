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
  headTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--head-timeout',
    help: 'Seconds that a client has to send a whole request head; 0: no limit.',
    group: 'Connections',
    reload: 'generation'
  }
} as const satisfies SettingsTable
