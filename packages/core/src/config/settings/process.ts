import type { SettingsTable } from '../setting.ts'

/** The process around it. */
export const PROCESS_SETTINGS = {
  daemon: {
    kind: 'boolean',
    default: false,
    flags: '-D, --daemon',
    help: 'Serve in the background; the command returns once workers are ready. Give log files, or the log is lost.',
    group: 'Process',
    reload: 'restart'
  },
  pidfile: {
    kind: 'path',
    flags: '-p, --pid',
    help: 'The file to hold the process id of the arbiter. Default: none.',
    group: 'Process',
    reload: 'restart'
  },
  user: {
    kind: 'user',
    flags: '-u, --user',
    help: 'The user that workers run as; pf itself stays root. Default: the one that starts pf.',
    group: 'Process',
    reload: 'generation'
  },
  group: {
    kind: 'group',
    flags: '-g, --group',
    help: "The group that workers run as. Default: the user's own.",
    group: 'Process',
    reload: 'generation'
  },
  initgroups: {
    kind: 'boolean',
    default: false,
    flags: '--initgroups',
    help: "Give workers the user's supplementary groups too; without it they have none.",
    group: 'Process',
    reload: 'generation'
  },
  umask: {
    kind: 'mask',
    flags: '-m, --umask',
    help: 'Permissions that new files and UNIX sockets do not get, in octal: 007. Default: as inherited.',
    group: 'Process',
    reload: 'restart'
  },
  name: {
    kind: 'string',
    flags: '-n, --name',
    help: 'A name for process lists to show beside that of pf. Default: none.',
    group: 'Process',
    reload: 'restart'
  },
  upgradeHandover: {
    kind: 'boolean',
    default: true,
    flags: '--no-upgrade-handover',
    help: 'After USR2, drain and leave when the new arbiter is ready; with --no-upgrade-handover, serve on beside it.',
    group: 'Process',
    reload: 'arbiter'
  }
} as const satisfies SettingsTable
