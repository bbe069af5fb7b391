/**
 * What follows `-k`, for every worker class. A gthread worker has room for two requests, so that of two the second never
 * waits for the first.
 */
export const CLASSES: readonly (readonly [string, ...string[]])[] = [
  ['sync'],
  ['gthread', '--threads', '2'],
  ['async']
]
