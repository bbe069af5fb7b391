import type { SettingsTable } from '../setting.ts'

/** Where settings come from. */
export const CONFIG_SETTINGS = {
  config: {
    kind: 'path',
    commandLineOnly: true,
    flags: '-c, --config',
    help: 'The config file. Default: the first that is there of pf.config.ts, .mts, .js, .mjs and .json.',
    group: 'Config',
    reload: 'restart'
  },
  checkConfig: {
    kind: 'boolean',
    default: false,
    commandLineOnly: true,
    flags: '--check-config',
    help: 'Check the settings, load the app, and exit.',
    group: 'Config',
    reload: 'restart'
  },
  printConfig: {
    kind: 'boolean',
    default: false,
    commandLineOnly: true,
    flags: '--print-config',
    help: 'Print each setting with its value and where that comes from, and exit; with --check-config, check then.',
    group: 'Config',
    reload: 'restart'
  }
} as const satisfies SettingsTable
