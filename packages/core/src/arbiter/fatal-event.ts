/** What makes Node write a report of its own accord. */
const FATAL = ['FatalError', 'OOMError']

/**
 * What Node says a process died of, given the head of its report (`process.report`); undefined when it is one of something else,
 * such as an error that nobody caught.
 */
export function fatalEvent(head: string): string | undefined {
  const [, event, trigger = ''] = /"event":\s*"((?:[^"\\]|\\.)*)",\s*"trigger":\s*"(\w+)"/.exec(head) ?? []
  return FATAL.includes(trigger) ? event : undefined
}
