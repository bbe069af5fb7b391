import type { SettingsTable } from '../setting.ts'

/** The app and where it runs. */
export const APP_SETTINGS = {
  app: {
    kind: 'string',
    required: true,
    metavar: 'MODULE[:EXPORT]',
    help: 'The app: a module, and which of its exports; on the command line it has no flag.',
    group: 'App',
    reload: 'generation'
  },
  interface: {
    kind: 'choice',
    choices: ['auto', 'fetch', 'node'],
    default: 'auto',
    flags: '--interface',
    help: 'How a plain exported function is called: fetch(request) or node(req, res); auto means node.',
    group: 'App',
    reload: 'generation'
  },
  preload: {
    kind: 'boolean',
    default: false,
    flags: '--preload',
    help: 'Load the app once in a process of its own before workers start, here and at each reload, to see whether it loads.',
    group: 'App',
    reload: 'generation'
  },
  chdir: {
    kind: 'directory',
    default: '.',
    flags: '--chdir',
    help: 'The directory to enter before the app loads.',
    group: 'App',
    reload: 'generation'
  },
  env: {
    kind: 'variables',
    default: {},
    flags: '-e, --env',
    help: 'An environment variable for the app; repeatable.',
    group: 'App',
    reload: 'generation'
  }
} as const satisfies SettingsTable
