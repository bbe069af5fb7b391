/**
 * Bytes as the corpus writes them. A line break of the file counts for nothing, so that bytes may be laid out line by line;
 * every byte that matters is visible: `\r`, `\n`, `\t`, `\\`, `\xNN`, and `\(text*N)` for `text` repeated N times.
 */

const TOKEN = /\\(?:([rnt\\])|x([0-9a-f]{2})|\(((?:[^()*\\]|\\[rnt\\]|\\x[0-9a-f]{2})+)\*(\d+)\))/g
const SINGLE: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' }

/** The bytes, one character each, that `text` stands for. Throws on anything that is not the notation. */
export function decode(text: string): string {
  const joined = text.replaceAll('\n', '')
  const left = joined.replace(TOKEN, '')
  const odd = /[^\x20-\x5b\x5d-\x7e]/.exec(left)
  if (odd !== null)
    throw new Error(`${JSON.stringify(odd[0])} must be written as an escape: ${joined.slice(0, 80)}`)
  if (/ $/m.test(text))
    throw new Error(`a space at the end of a line must be written as \\x20: ${text.slice(0, 80)}`)
  return joined.replace(TOKEN, (_all, single?: string, hex?: string, repeated?: string, count?: string) => {
    if (single !== undefined) return SINGLE[single] as string
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return decode(repeated as string).repeat(Number(count))
  })
}

/** `bytes` (one character each) in the notation, on one line. */
export function encode(bytes: string): string {
  return bytes
    .replace(/(.)\1{39,}|./gs, (run) => (run.length > 1 ? repeated(run) : escaped(run)))
    .replace(/ $/, '\\x20')
}

/** As {@link encode}, with a line break behind each LF. */
export function encodeLines(bytes: string): string {
  return bytes
    .split(/(?<=\n)/)
    .map(encode)
    .join('\n')
}

function repeated(run: string): string {
  const char = run[0] as string
  return `\\(${'()* '.includes(char) ? hex(char) : escaped(char)}*${run.length})`
}

function escaped(char: string): string {
  for (const [letter, byte] of Object.entries(SINGLE)) if (byte === char) return `\\${letter}`
  return /[\x20-\x7e]/.test(char) ? char : hex(char)
}

function hex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
}
