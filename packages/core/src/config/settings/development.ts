import type { SettingsTable } from '../setting.ts'

/** For the machine of a developer. */
export const DEVELOPMENT_SETTINGS = {
  reload: {
    kind: 'boolean',
    default: false,
    flags: '--reload',
    help: 'For development: reload when a file of the app changes, and show errors of the app to clients.',
    group: 'Development',
    reload: 'restart'
  },
  reloadExtraFiles: {
    kind: 'path',
    repeatable: true,
    metavar: 'GLOB',
    flags: '--reload-extra-file',
    help: 'Further files that --reload watches; globs (views/**/*.html) may be quoted; repeatable.',
    group: 'Development',
    reload: 'restart'
  }
} as const satisfies SettingsTable
