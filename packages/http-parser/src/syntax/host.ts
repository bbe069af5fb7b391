import { allOf, BYTE_CLASS, DIGIT, HEX, HOST_NAME } from './byte-class.ts'

const COLON = 0x3a
const DIGIT_ZERO = 0x30
const PERCENT = 0x25
const OPENING_BRACKET = 0x5b
const MAX_PORT = 65535

/**
 * Whether `text` is `uri-host [ ":" port ]`, RFC 9110 section 7.2: a registered name, an IPv4 address or an IPv6
 * address in brackets, then possibly a port up to 65535 (it may be empty, as in RFC 3986 section 3.2.3). An empty
 * host, a user name, `IPvFuture` and a zone are no host here. No name is resolved and none is normalised.
 */
export function isAuthority(text: string): boolean {
  const end = hostEnd(text)
  if (end < 1) return false
  return end === text.length || isPortPart(text, end)
}

/** As `isAuthority`, but the port must be there: authority-form, RFC 9112 section 3.2.3. */
export function isAuthorityWithPort(text: string): boolean {
  const end = hostEnd(text)
  return end >= 1 && end < text.length - 1 && isPortPart(text, end)
}

/** The offset behind the host, or -1 when there is no valid host. */
function hostEnd(text: string): number {
  if (text.charCodeAt(0) === OPENING_BRACKET) {
    const close = text.indexOf(']')
    return close !== -1 && isIpv6(text.slice(1, close)) ? close + 1 : -1
  }
  let i = 0
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (((BYTE_CLASS[code] as number) & HOST_NAME) !== 0) continue
    if (code !== PERCENT) break
    if (i + 2 >= text.length || !allOf(text, HEX, i + 1, i + 3)) return -1
    i += 2
  }
  return i
}

/** Whether `text` from `at` on is `":" *DIGIT` and no more than 65535. */
function isPortPart(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== COLON) return false
  let port = 0
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (((BYTE_CLASS[code] as number) & DIGIT) === 0) return false
    port = port * 10 + code - DIGIT_ZERO
    if (port > MAX_PORT) return false
  }
  return true
}

/** `IPv6address`, RFC 3986 section 3.2.2. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const [left, right] = halves as [string, string?]
  if (right === undefined) return groupCount(left, true) === 8
  const before = left === '' ? 0 : groupCount(left, false)
  const after = right === '' ? 0 : groupCount(right, true)
  return before >= 0 && after >= 0 && before + after <= 7
}

/** How many 16-bit groups `text` spells, or `NaN` when it spells something else. */
function groupCount(text: string, mayEndInIpv4: boolean): number {
  const groups = text.split(':')
  const last = groups[groups.length - 1] as string
  const ipv4 = mayEndInIpv4 && last.includes('.')
  if (ipv4) {
    if (!isIpv4(last)) return Number.NaN
    groups.pop()
  }
  for (const group of groups) {
    if (group.length < 1 || group.length > 4 || !allOf(group, HEX)) return Number.NaN
  }
  return groups.length + (ipv4 ? 2 : 0)
}

/** `IPv4address`, RFC 3986 section 3.2.2: four decimals up to 255 without leading zeros. */
export function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every(isDecimalOctet)
}

function isDecimalOctet(part: string): boolean {
  if (part.length < 1 || part.length > 3 || !allOf(part, DIGIT)) return false
  return String(Number(part)) === part && Number(part) <= 255
}
