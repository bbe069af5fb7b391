import type { Loss } from './strict-client.ts'

/**
 * Whether the worker may never have read the request: the kernel resets a connection whose process ends with bytes of it unread,
 * and closes in order one that has been read to the end.
 */
export function isPerhapsUnread({ fate }: Loss): boolean {
  return fate === 'reset'
}

export function lossText({ at, client, fate, detail, request, pid }: Loss): string {
  return `  ${new Date(at).toISOString()} client ${client}: ${fate} ${detail}: ${request} (worker ${pid ?? 'unknown'})`
}
