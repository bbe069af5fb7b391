import type { SettingsTable } from '../setting.ts'

/** The process around it. */
export const PROCESS_SETTINGS = {
  pidfile: {
    kind: 'path',
    flags: '-p, --pid',
    help: 'The file to hold the process id of the arbiter. Default: none.',
    group: 'Process',
    reload: 'restart'
  },
  name: {
    kind: 'string',
    flags: '-n, --name',
    help: 'A name for process lists to show beside that of pf. Default: none.',
    group: 'Process',
    reload: 'restart'
  }
} as const satisfies SettingsTable
