import { LOG_LEVELS } from '../log/logger.ts'
import type { ConfigInputOf, ConfigOf, SettingsTable } from './setting.ts'

export type { SettingsTable } from './setting.ts'

/**
 * Every setting of pf itself, in the order of `--help` and the docs. The only place where a setting exists: types,
 * flags, validation, help, JSON schema and `docs/settings.md` follow from it.
 */
export const SETTINGS = {
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
  },
  config: {
    kind: 'path',
    commandLineOnly: true,
    flags: '-c, --config',
    help: 'The config file. Default: pf.config.ts, .mts, .js, .mjs or .json in the current directory.',
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
    help: 'Print each setting with its value and where that comes from, and exit.',
    group: 'Config',
    reload: 'restart'
  },
  bind: {
    kind: 'address',
    repeatable: true,
    default: ['127.0.0.1:8000'],
    env: 'PORT',
    envTemplate: '0.0.0.0:{}',
    flags: '-b, --bind',
    help: 'HOST, HOST:PORT, :PORT, [IPV6]:PORT, unix:PATH or fd://N to listen on; repeatable.',
    group: 'Sockets',
    reload: 'restart'
  },
  backlog: {
    kind: 'integer',
    min: 1,
    max: 2147483647,
    default: 2048,
    flags: '--backlog',
    help: 'How many connections may wait in the kernel for a worker, per address.',
    group: 'Sockets',
    reload: 'restart'
  },
  workers: {
    kind: 'workers',
    default: 1,
    env: 'WEB_CONCURRENCY',
    flags: '-w, --workers',
    help: 'How many worker processes; auto: two per CPU core and one more.',
    group: 'Workers',
    reload: 'arbiter'
  },
  workerClass: {
    kind: 'string',
    default: 'sync',
    metavar: 'CLASS',
    flags: '-k, --worker-class',
    help: 'How a worker runs requests: sync, gthread, async, or the package or path of another class.',
    group: 'Workers',
    reload: 'generation'
  },
  threads: {
    kind: 'integer',
    min: 1,
    default: 1,
    flags: '--threads',
    help: 'How many threads run requests in a gthread worker; above 1, sync becomes gthread.',
    group: 'Workers',
    reload: 'generation'
  },
  workerConnections: {
    kind: 'integer',
    min: 1,
    default: 1000,
    flags: '--worker-connections',
    help: 'How many connections an async or gthread worker holds at once.',
    group: 'Workers',
    reload: 'generation'
  },
  maxRequests: {
    kind: 'integer',
    default: 0,
    flags: '--max-requests',
    help: 'Replace a worker when it has served this many requests; it serves on until the other is ready. 0: never.',
    group: 'Workers',
    reload: 'generation'
  },
  maxRequestsJitter: {
    kind: 'integer',
    default: 0,
    flags: '--max-requests-jitter',
    help: 'Add a random 0 to N to max-requests for each worker, so that not all are replaced at once.',
    group: 'Workers',
    reload: 'generation'
  },
  timeout: {
    kind: 'seconds',
    default: 30,
    flags: '-t, --timeout',
    help: 'Replace a worker whose event loop has been stuck for this many seconds; 0: never.',
    group: 'Workers',
    reload: 'arbiter'
  },
  gracefulTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--graceful-timeout',
    help: 'Seconds that a draining worker has to finish its requests before it is ended.',
    group: 'Workers',
    reload: 'arbiter'
  },
  bootTimeout: {
    kind: 'seconds',
    default: 60,
    flags: '--boot-timeout',
    help: 'Seconds that a worker has to load the app and be ready; 0: no limit.',
    group: 'Workers',
    reload: 'arbiter'
  },
  keepAlive: {
    kind: 'seconds',
    default: 65,
    flags: '--keep-alive',
    help: 'Seconds that an idle connection waits for its next request; longer than a proxy keeps it; 0: close at once.',
    group: 'HTTP',
    reload: 'generation'
  },
  headTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--head-timeout',
    help: 'Seconds that a client has to send a whole request head; 0: no limit.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestLine: {
    kind: 'integer',
    min: 1,
    default: 4094,
    metavar: 'BYTES',
    flags: '--limit-request-line',
    help: 'Most bytes of a request line.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestFields: {
    kind: 'integer',
    min: 1,
    default: 100,
    flags: '--limit-request-fields',
    help: 'Most header fields of a request.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestFieldSize: {
    kind: 'integer',
    min: 1,
    default: 8190,
    metavar: 'BYTES',
    flags: '--limit-request-field-size',
    aliases: ['--limit-request-field_size'],
    help: 'Most bytes of one header field.',
    group: 'HTTP',
    reload: 'generation'
  },
  limitRequestBody: {
    kind: 'integer',
    default: 0,
    metavar: 'BYTES',
    flags: '--limit-request-body',
    help: 'Most bytes of a request body; 0: no limit.',
    group: 'HTTP',
    reload: 'generation'
  },
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

/**
 * Settings that installed worker classes add. A worker package augments it, always under this module name (a second
 * name would hide the augmentations of the first):
 * `declare module '@pf/core/worker' { interface WorkerSettings extends ConfigOf<typeof settings> {} }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it exists to be augmented
export interface WorkerSettings {}

/**
 * All settings with their final values: frozen, plain data. Those of {@link WorkerSettings} are there only under the
 * worker class that declares them.
 */
export interface Config extends ConfigOf<typeof SETTINGS>, Readonly<WorkerSettings> {}

/** What a config file's default export may hold. */
export interface ConfigInput extends ConfigInputOf<typeof SETTINGS>, Readonly<Partial<WorkerSettings>> {}

/** Returns `input`; there for its type, so that an editor knows the settings of a `pf.config.ts`. */
export function defineConfig(input: ConfigInput): ConfigInput {
  return input
}
