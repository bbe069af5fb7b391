/** The value of the `Date` field (RFC 9110 section 6.6.1), formatted at most once a second. */
export class HttpDate {
  text = ''
  #second = -1

  /** Takes the time over; `now` is in milliseconds since the epoch. */
  update(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) return
    this.#second = second
    this.text = new Date(second * 1000).toUTCString()
  }
}
