import type { SettingsTable } from '../setting.ts'

/** How many workers there are, and how long each lives. */
export const WORKER_SETTINGS = {
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
  maxMemory: {
    kind: 'size',
    default: 0,
    flags: '--max-memory',
    help: 'Replace a worker that keeps using more memory (RSS) than this, such as 512M; it serves on until the other is ready. 0: never.',
    group: 'Workers',
    reload: 'generation'
  },
  maxLifetime: {
    kind: 'seconds',
    default: 0,
    flags: '--max-lifetime',
    help: 'Replace a worker that has lived for this many seconds; it serves on until the other is ready. 0: never.',
    group: 'Workers',
    reload: 'generation'
  },
  maxLifetimeJitter: {
    kind: 'seconds',
    default: 0,
    flags: '--max-lifetime-jitter',
    help: 'Add a random part of this many seconds to max-lifetime for each worker.',
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
  stallWarning: {
    kind: 'seconds',
    default: 1,
    flags: '--stall-warning',
    help: 'Log where a worker is whose event loop has been stuck for this many seconds; 0: never.',
    group: 'Workers',
    reload: 'arbiter'
  },
  gracefulTimeout: {
    kind: 'seconds',
    default: 30,
    flags: '--graceful-timeout',
    help: 'Seconds that a draining worker has to finish its requests before it is ended; 0: no limit.',
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
  reloadSurge: {
    kind: 'share',
    default: '25%',
    flags: '--reload-surge',
    help: 'How many workers beyond their number a reload or a recycling may start at once, or which share; at least one.',
    group: 'Workers',
    reload: 'arbiter'
  },
  reloadProbation: {
    kind: 'seconds',
    default: 5,
    flags: '--reload-probation',
    help: 'Seconds that a worker of a new release must serve before an old one goes; if it fails, so does the reload.',
    group: 'Workers',
    reload: 'arbiter'
  },
  drainDelay: {
    kind: 'seconds',
    default: 0,
    flags: '--drain-delay',
    help: 'Seconds to go on as before after TERM, for load balancers that are slow to notice.',
    group: 'Workers',
    reload: 'arbiter'
  }
} as const satisfies SettingsTable
