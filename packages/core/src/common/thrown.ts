import { inspect } from 'node:util'

/** The message of an error, or whatever else was thrown as a text. Never throws: anything can be thrown. */
export function messageOf(thrown: unknown): string {
  return firstText(
    () => (thrown instanceof Error ? thrown.message : String(thrown)),
    () => inspect(thrown, { customInspect: false })
  )
}

/** The stack of an error, or whatever else was thrown as a text. Never throws: anything can be thrown. */
export function stackOf(thrown: unknown): string {
  return firstText(
    () => (thrown as Error).stack,
    () => thrown instanceof Error && `${thrown.name}: ${thrown.message}`,
    () => messageOf(thrown)
  )
}

/** What the first attempt gives that does give a text. */
function firstText(...attempts: (() => unknown)[]): string {
  for (const attempt of attempts) {
    try {
      const text = attempt()
      if (typeof text === 'string') return text
    } catch {
      // It has a way of its own, which fails.
    }
  }
  return 'something that cannot be told'
}
