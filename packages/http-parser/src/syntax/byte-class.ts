/**
 * What each byte may be part of, as one bit mask per byte: `BYTE_CLASS[byte] & TOKEN`. Looked up with a character code
 * above 0xFF it gives `undefined`, and `undefined & TOKEN` is 0: such a character belongs to no class.
 */

/** `tchar`, RFC 9110 section 5.6.2. */
export const TOKEN = 1
/** `tchar` without the lower case letters: what a method may consist of here. */
export const METHOD = 2
/** A request-target: visible ASCII without `#`, RFC 9112 section 3.2 (no fragment is ever sent). */
export const TARGET = 4
/** Inside a field value: `field-vchar`, SP and HTAB, RFC 9110 section 5.5. Also a reason phrase. */
export const FIELD_VALUE = 8
/** `unreserved / sub-delims` of a `reg-name`, RFC 3986 section 3.2.2 (`%` is not among them). */
export const HOST_NAME = 16
/** `tchar` without the underscore, at which field names need a second look. */
export const FIELD_NAME = 32
/** `DIGIT`. */
export const DIGIT = 64
/** `HEXDIG` in either case. */
export const HEX = 128

export const HTAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SP = 0x20
export const COLON = 0x3a
export const UNDERSCORE = 0x5f

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()

function between(first: number, last: number): string {
  let text = ''
  for (let code = first; code <= last; code++) text += String.fromCharCode(code)
  return text
}

function without(text: string, dropped: string): string {
  return [...text].filter((char) => !dropped.includes(char)).join('')
}

const VISIBLE = between(0x21, 0x7e)
const OBS_TEXT = between(0x80, 0xff)
const TOKEN_MARKS = "!#$%&'*+-.^_`|~"

const MEMBERS: readonly (readonly [mask: number, members: string])[] = [
  [TOKEN, DIGITS + LOWER + UPPER + TOKEN_MARKS],
  [METHOD, DIGITS + UPPER + TOKEN_MARKS],
  [TARGET, without(VISIBLE, '#')],
  [FIELD_VALUE, `\t ${VISIBLE}${OBS_TEXT}`],
  [HOST_NAME, `${DIGITS}${LOWER}${UPPER}-._~!$&'()*+,;=`],
  [FIELD_NAME, DIGITS + LOWER + UPPER + without(TOKEN_MARKS, '_')],
  [DIGIT, DIGITS],
  [HEX, `${DIGITS}abcdefABCDEF`]
]

function buildTable(): Uint8Array {
  const table = new Uint8Array(256)
  for (const [mask, members] of MEMBERS) {
    for (const char of members) {
      const code = char.charCodeAt(0)
      table[code] = (table[code] as number) | mask
    }
  }
  return table
}

/** The classes of every byte; read it as `(BYTE_CLASS[byte] as number) & TOKEN`. */
export const BYTE_CLASS: Uint8Array = buildTable()

/** Whether every character of `text` from `from` up to `to` has a class of `mask`. True for an empty range. */
export function allOf(text: string, mask: number, from = 0, to = text.length): boolean {
  for (let i = from; i < to; i++) {
    if (((BYTE_CLASS[text.charCodeAt(i)] as number) & mask) === 0) return false
  }
  return true
}

/** Whether `text` is a `token`, RFC 9110 section 5.6.2. */
export function isToken(text: string): boolean {
  return text.length > 0 && allOf(text, TOKEN)
}

/**
 * Whether `text` is `lower` in any case. `lower` holds only lower case ASCII letters, digits and `-`, and `text` no
 * control character: then setting bit 0x20 changes nothing but the case.
 */
export function equalsIgnoringCase(text: string, lower: string): boolean {
  if (text.length !== lower.length) return false
  for (let i = 0; i < lower.length; i++) {
    if ((text.charCodeAt(i) | 0x20) !== lower.charCodeAt(i)) return false
  }
  return true
}

/** `text` without SP and HTAB at either end: `OWS`, RFC 9110 section 5.6.3 (never `trim()`, which takes more). */
export function trimOws(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isOws(text.charCodeAt(from))) from++
  while (to > from && isOws(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

/** SP or HTAB. */
export function isOws(code: number): boolean {
  return code === SP || code === HTAB
}
