/** Lets tests wait for a condition that is looked at whenever something has changed. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  /** Something has changed. */
  notify(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves when `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }
}
