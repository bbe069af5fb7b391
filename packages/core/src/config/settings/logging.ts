import { LOG_FORMATS, LOG_LEVELS } from '../../log/logger.ts'
import type { SettingsTable } from '../setting.ts'

/** What pf writes, and where. */
export const LOGGING_SETTINGS = {
  accessLogfile: {
    kind: 'path',
    flags: '--access-logfile',
    help: 'The file for a line per request; -: standard output. Default: none.',
    group: 'Logging',
    reload: 'generation'
  },
  errorLogfile: {
    kind: 'path',
    default: '-',
    flags: '--error-logfile',
    aliases: ['--log-file'],
    help: 'The file for what pf has to say; -: standard error.',
    group: 'Logging',
    reload: 'restart'
  },
  logLevel: {
    kind: 'choice',
    choices: LOG_LEVELS,
    default: 'info',
    metavar: 'LEVEL',
    flags: '--log-level',
    help: 'The least severe lines to write: debug, info, warning, error or critical.',
    group: 'Logging',
    reload: 'arbiter'
  },
  logFormat: {
    kind: 'choice',
    choices: LOG_FORMATS,
    default: 'text',
    metavar: 'FORMAT',
    flags: '--log-format',
    help: 'The shape of the error log: text for people, json for machines (an object per line).',
    group: 'Logging',
    reload: 'arbiter'
  }
} as const satisfies SettingsTable
