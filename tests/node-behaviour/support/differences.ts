import { readFileSync } from 'node:fs'

const PAGE = new URL('../../../docs/node-http-differences.md', import.meta.url)

/** A row of the page: what pf does otherwise than `node:http`, and why. */
export interface Difference {
  readonly scenarios: readonly string[]
  /** The worker classes in which it shows. */
  readonly classes: readonly string[]
  readonly reason: string
}

/** What the tables say. */
export function differences(): Difference[] {
  const matches = readFileSync(PAGE, 'utf8').matchAll(/^\| (`.*`) \| ([a-z, ]+) \| (.+) \|$/gm)
  return [...matches].map(([, scenarios = '', classes = '', reason = '']) => ({
    scenarios: [...scenarios.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    classes: classes === 'all' ? ['sync', 'async', 'gthread'] : classes.split(', '),
    reason
  }))
}

/** How many rows the tables have. */
export function rows(): number {
  return readFileSync(PAGE, 'utf8').match(/^\| `/gm)?.length ?? 0
}
