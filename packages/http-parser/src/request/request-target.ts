import { equalsIgnoringCase } from '../syntax/byte-class.ts'
import { isAuthority, isAuthorityWithPort } from '../syntax/host.ts'
import { HttpParseError } from './errors.ts'

const SLASH = 0x2f

/**
 * The authority in a request-target, or `''` when its form has none; refuses a target whose form the method does not
 * allow, RFC 9112 section 3.2. That the bytes are visible ASCII without `#` is known already.
 */
export function targetAuthority(method: string, target: string): string {
  if (method === 'CONNECT') return authorityForm(target)
  if (target.charCodeAt(0) === SLASH) return '' // 3.2.1 origin-form
  if (target === '*') return asteriskForm(method)
  return absoluteForm(target)
}

/** RFC 9112 section 3.2.3: `uri-host ":" port`, with CONNECT and only there. */
function authorityForm(target: string): string {
  if (isAuthorityWithPort(target)) return target
  throw new HttpParseError('INVALID_TARGET', 'CONNECT needs a host and a port')
}

/** RFC 9112 section 3.2.4: `*`, with OPTIONS only. */
function asteriskForm(method: string): '' {
  if (method === 'OPTIONS') return ''
  throw new HttpParseError('INVALID_TARGET', 'an asterisk goes with OPTIONS only')
}

/** RFC 9112 section 3.2.2, for the schemes of RFC 9110 section 4.2; a user name in the authority is refused (4.2.4). */
function absoluteForm(target: string): string {
  const begin = schemeLength(target)
  if (begin === 0) throw new HttpParseError('INVALID_TARGET', 'it is neither a path nor an http or https URI')
  let end = begin
  for (; end < target.length; end++) {
    const char = target[end]
    if (char === '/' || char === '?') break
  }
  const authority = target.slice(begin, end)
  if (isAuthority(authority)) return authority
  throw new HttpParseError('INVALID_TARGET', 'its authority must be a host with at most a port')
}

function schemeLength(target: string): number {
  if (equalsIgnoringCase(target.slice(0, 7), 'http://')) return 7
  if (equalsIgnoringCase(target.slice(0, 8), 'https://')) return 8
  return 0
}
