/** The `Date` field (RFC 9110 section 6.6.1), formatted at most once a second. */
export class HttpDate {
  readonly #now: () => number
  #second = -1
  #text = ''

  /** `now` gives milliseconds since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  get text(): string {
    const second = Math.floor(this.#now() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#text = new Date(second * 1000).toUTCString()
    }
    return this.#text
  }
}
