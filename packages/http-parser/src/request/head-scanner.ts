import type { Buffer } from 'node:buffer'
import { type FieldSectionRules, FieldSectionScanner } from './field-section.ts'
import type { ParserOptions } from './options.ts'
import { RequestLineScanner } from './request-line.ts'

/** Reads a request line and the header section behind it, byte by byte, as the bytes arrive. */
export class HeadScanner {
  readonly line: RequestLineScanner
  readonly fields: FieldSectionScanner
  #inFields = false

  constructor(options: ParserOptions, rules: FieldSectionRules) {
    this.line = new RequestLineScanner(options)
    this.fields = new FieldSectionScanner(rules)
  }

  /** Prepares for the next head. */
  reset(): void {
    this.line.reset()
    this.#inFields = false
  }

  /** Goes on with the head that begins at `base`. Returns the offset behind its empty line, or -1 when bytes are missing. */
  scan(bytes: Buffer, base: number, end: number): number {
    if (!this.#inFields) {
      const length = this.line.scan(bytes, base, end)
      if (length === -1) return -1
      this.fields.reset(length)
      this.#inFields = true
    }
    return this.fields.scan(bytes, base, end)
  }
}
