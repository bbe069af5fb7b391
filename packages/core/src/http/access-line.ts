import { timestampOfAccess } from '../log/access-time.ts'
import type { ExchangeRequest } from './exchange.ts'

/** What one line of the access log tells. */
export interface AccessRecord {
  readonly peer: string
  /** Undefined when the client sent something that was no request. */
  readonly request: ExchangeRequest | undefined
  readonly status: number
  /** Bytes of content sent. */
  readonly bytes: number
}

/**
 * One line of the access log in the combined format, Gunicorn's default:
 * `%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"`. What a client chose is escaped, so that it cannot
 * forge a line or a field.
 */
export function accessLine(record: AccessRecord, now: Date): string {
  const { request } = record
  const requestLine = request ? `${request.method} ${request.target} HTTP/1.${request.minorVersion}` : '-'
  const user = request ? basicUser(field(request, 'authorization')) : '-'
  const referer = request ? field(request, 'referer') : '-'
  const agent = request ? field(request, 'user-agent') : '-'
  const bytes = record.bytes === 0 ? '-' : record.bytes
  const quoted = `"${escapeText(requestLine)}" ${record.status || '-'} ${bytes} "${escapeText(referer)}" "${escapeText(agent)}"`
  return `${record.peer || '-'} - ${escapeText(user).replaceAll(' ', '\\x20')} [${timestampOfAccess(now)}] ${quoted}\n`
}

function field(request: ExchangeRequest, name: string): string {
  const { headers } = request
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if ((headers[i] as string).toLowerCase() === name) return headers[i + 1] as string
  }
  return '-'
}

function basicUser(authorization: string): string {
  const token = /^basic ([\w+/=-]+)$/i.exec(authorization)?.[1]
  if (token === undefined) return '-'
  return Buffer.from(token, 'base64').toString('latin1').split(':', 1)[0] || '-'
}

function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach the log.
  return text.replace(/["\\\u0000-\u001f\u007f-\u009f]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  )
}
