import type { StartReport } from '@pf/core'

/** Who has started pf in the foreground, and sees its standard error. Once it serves, its log is the place to look. */
export class Terminal implements StartReport {
  readonly seesStandardError = true
  readonly #error: (text: string) => void
  #waits = true

  constructor(error: (text: string) => void) {
    this.#error = error
  }

  line(text: string): void {
    if (this.#waits) this.#error(text)
  }

  ready(): void {
    this.#waits = false
  }
}
