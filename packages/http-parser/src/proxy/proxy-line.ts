import { HttpParseError } from '../request/errors.ts'
import { allOf, DIGIT } from '../syntax/byte-class.ts'
import { isIpv4, isIpv6 } from '../syntax/host.ts'
import type { ProxyEndpoint, ProxyEnds } from './proxy-header.ts'

const PREFIX = 'PROXY '
const LINE_END = '\r\n'
const UNKNOWN = 'UNKNOWN'
const MAX_PORT = 65535

/**
 * The ends that a version 1 header names, section 2.1 of the PROXY protocol; undefined with UNKNOWN, behind which
 * anything may stand. `line` begins with `PROXY ` and goes up to its first LF.
 */
export function parseProxyLine(line: string): ProxyEnds | undefined {
  const text = line.slice(PREFIX.length, -LINE_END.length)
  if (!line.endsWith(LINE_END) || text.includes('\r')) throw invalid('its line must end in CR LF')
  if (text === UNKNOWN || text.startsWith(`${UNKNOWN} `)) return undefined
  const [family, from, to, fromPort, toPort, ...more] = text.split(' ')
  if (toPort === undefined || more.length > 0)
    throw invalid('its line must have six words with single spaces')
  if (family !== 'TCP4' && family !== 'TCP6') throw invalid('its family must be TCP4, TCP6 or UNKNOWN')
  const isAddress = family === 'TCP4' ? isIpv4 : isIpv6
  return { source: endpoint(from, fromPort, isAddress), destination: endpoint(to, toPort, isAddress) }
}

function endpoint(
  address: string | undefined,
  port: string | undefined,
  isAddress: (text: string) => boolean
): ProxyEndpoint {
  if (address === undefined || !isAddress(address)) throw invalid('an address does not fit its family')
  if (port === undefined || !isPort(port)) throw invalid('a port must be a number from 0 to 65535')
  return { address, port: Number(port) }
}

/** Without a sign and leading zeros. */
function isPort(text: string): boolean {
  return allOf(text, DIGIT) && String(Number(text)) === text && Number(text) <= MAX_PORT
}

function invalid(detail: string): HttpParseError {
  return new HttpParseError('INVALID_PROXY_HEADER', detail)
}
