import { existsSync, readFileSync } from 'node:fs'
import { vi } from 'vitest'

/** What a log file holds; nothing when it is not there. */
export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Resolves when the log file at `path` has `count` matches of `pattern`. */
export async function untilLogged(path: string, pattern: RegExp, count = 1): Promise<void> {
  const matches = () => [...textOf(path).matchAll(new RegExp(pattern, 'g'))].length
  await vi.waitUntil(() => matches() >= count, { timeout: 50_000, interval: 20 })
}
