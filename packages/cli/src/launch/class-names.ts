/** The worker classes that pf itself has. Each is a package `@pf/worker-NAME`. */
export const FIRST_PARTY = ['sync', 'gthread', 'async'] as const

/** Names that Gunicorn users know, and the class that serves them here. */
const GUNICORN_NAMES: ReadonlyMap<string, string> = new Map(
  [
    'asgi',
    'eventlet',
    'gaiohttp',
    'gevent',
    'gevent_pywsgi',
    'gevent_wsgi',
    'tornado',
    'uvicorn.workers.UvicornWorker',
    'uvicorn_worker.UvicornWorker'
  ].map((name) => [name, 'async'])
)

/** The class that `-k name` stands for, and a line for the log where that is not `name`. */
export interface ClassChoice {
  readonly name: string
  readonly notices: readonly string[]
}

/** Gunicorn's rules: names of its own classes, and `sync` with several threads, which is `gthread`. */
export function chooseClass(name: string, threads: number): ClassChoice {
  const served = GUNICORN_NAMES.get(name)
  if (served !== undefined)
    return { name: served, notices: [`worker class '${name}' is served by '${served}' in pf`] }
  if (name === 'sync' && threads > 1) {
    return {
      name: 'gthread',
      notices: [`worker class 'sync' with ${threads} threads is served by 'gthread'`]
    }
  }
  return { name, notices: [] }
}

/** Every name that `-k` knows without a package of somebody else. */
export function knownClassNames(): string[] {
  return [...FIRST_PARTY, ...GUNICORN_NAMES.keys()]
}
