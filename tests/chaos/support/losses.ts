import type { Loss } from './strict-client.ts'

/**
 * Whether the worker may never have read the request: it had answered another on the same connection before, and the kernel
 * resets a connection whose process ends with bytes of it unread; one that has been read to the end it closes in order.
 */
export function isPerhapsUnread({ pid, fate }: Loss): boolean {
  return pid !== undefined && fate === 'reset'
}

export function lossText({ at, client, fate, detail, request, pid }: Loss): string {
  return `  ${new Date(at).toISOString()} client ${client}: ${fate} ${detail}: ${request} (worker ${pid ?? 'unknown'})`
}
