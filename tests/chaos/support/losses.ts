import type { Loss } from './strict-client.ts'

/**
 * Whether the worker may never have read the request. The kernel resets a connection whose process ends with bytes of it unread; and
 * on one that was kept the client may have asked when its end was under way already.
 */
export function isPerhapsUnread({ pid, fate }: Loss): boolean {
  return fate === 'reset' || (fate === 'closed' && pid !== undefined)
}

export function lossText({ at, client, fate, detail, request, pid }: Loss): string {
  return `  ${new Date(at).toISOString()} client ${client}: ${fate} ${detail}: ${request} (worker ${pid ?? 'unknown'})`
}
