/** Who started pf and waits to hear how it fares, beside those who read its log: the command that made a daemon of it. */
export interface StartReport {
  /** A line of the log. */
  line(text: string): void
  /** All workers serve, for the first time. */
  ready(): void
}
