import { isIPv6 } from 'node:net'
import { PfError } from '../common/errors.ts'
import type { PassedSocket } from './service-env.ts'

/** Where a server listens: a TCP address, the path of a UNIX socket, or a descriptor that somebody else opened. */
export type BindAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'fd'; readonly fd: number }

const DEFAULT_PORT = 8000
const ALL_ADDRESSES = '0.0.0.0'
const FORMS = 'HOST, HOST:PORT, :PORT, [IPV6]:PORT, unix:PATH, fd://N or fd://NAME'

/**
 * Reads an address as `--bind` takes it: `HOST` (port 8000), `HOST:PORT`, `:PORT` (all IPv4 addresses), `[IPV6]`,
 * `[IPV6]:PORT`, `unix:PATH`, `unix://PATH` or `fd://N`; `tcp://` may precede the TCP forms. With port 0 the kernel
 * chooses. Throws a PfError (PF_CONFIG) that names the text and the forms.
 */
export function parseBindAddress(text: string): BindAddress {
  if (text.startsWith('unix:')) return parseUnix(text)
  if (text.startsWith('fd:')) return parseDescriptor(text)
  return parseTcp(text)
}

/** The shortest text that {@link parseBindAddress} reads back as `address`: `127.0.0.1:8000`, `[::1]:0`, `fd://3`. */
export function formatBindAddress(address: BindAddress): string {
  if (address.kind === 'fd') return `fd://${address.fd}`
  if (address.kind === 'unix') return `unix:${address.path.startsWith('//') ? '//' : ''}${address.path}`
  return `${isIPv6(address.host) ? `[${address.host}]` : address.host}:${address.port}`
}

/** Checks an address as `--bind` takes it. Beside those of {@link parseBindAddress} there is `fd://NAME`. */
export function checkBindAddress(text: string): void {
  if (nameIn(text) === undefined) parseBindAddress(text)
}

/**
 * As {@link parseBindAddress}; `fd://NAME` is the one of `passed` that has that name. Throws a PfError (PF_CONFIG) when there is
 * none, or more than one.
 */
export function resolveBindAddress(text: string, passed: readonly PassedSocket[]): BindAddress {
  const name = nameIn(text)
  if (name === undefined) return parseBindAddress(text)
  const [found, ...others] = passed.filter((socket) => socket.name === name)
  if (found !== undefined && others.length === 0) return { kind: 'fd', fd: found.fd }
  const names = passed.map((socket) => `fd://${socket.name}`).join(', ') || 'none at all'
  throw new PfError(
    'PF_CONFIG',
    `'${text}' is ${found ? 'more than one' : 'none'} of the sockets that pf was passed (${names})`
  )
}

/** The name in `fd://NAME`, as `FileDescriptorName=` of a socket unit takes them. */
function nameIn(text: string): string | undefined {
  return /^fd:\/\/(?!\d*$)([!-9;-~]+)$/.exec(text)?.[1]
}

function parseUnix(text: string): BindAddress {
  const path = text.slice('unix:'.length).replace(/^\/\//, '')
  if (path === '' || path.includes('\0')) throw unfit(text, 'unix: needs the path of a socket')
  return { kind: 'unix', path }
}

function parseDescriptor(text: string): BindAddress {
  const digits = /^fd:\/\/(\d{1,9})$/.exec(text)?.[1]
  if (digits === undefined)
    throw unfit(
      text,
      'fd:// needs the number of an open descriptor, or the name of a socket that systemd passes'
    )
  return { kind: 'fd', fd: Number(digits) }
}

function parseTcp(text: string): BindAddress {
  const rest = text.replace(/^tcp:\/\//, '')
  if (isIPv6(rest)) throw unfit(text, `an IPv6 address needs brackets: [${rest}]`)
  if (/^\d+$/.test(rest)) throw unfit(text, `for port ${rest} on all addresses write :${rest}`)
  const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([^\s/:@?#%[\]\0]*))(?::([^/]*))?$/.exec(rest) ?? []
  if (bracketed !== undefined && !isIPv6(bracketed)) throw unfit(text, 'brackets are for IPv6 addresses')
  const host = bracketed ?? name
  if (rest === '' || host === undefined || /^\d+$/.test(host)) throw unfit(text)
  return {
    kind: 'tcp',
    host: host || ALL_ADDRESSES,
    port: port === undefined ? DEFAULT_PORT : parsePort(text, port)
  }
}

function parsePort(text: string, port: string): number {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65535) return Number(port)
  throw new PfError('PF_CONFIG', `'${port}' in '${text}' is not a port; write a number from 0 to 65535`)
}

function unfit(text: string, hint?: string): PfError {
  return new PfError(
    'PF_CONFIG',
    `'${text}' is not an address to listen on (${FORMS})${hint ? `; ${hint}` : ''}`
  )
}
