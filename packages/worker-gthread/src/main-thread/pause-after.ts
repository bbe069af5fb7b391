const LONGEST = 30

/** How many seconds a new thread waits before it loads the app, when it has failed so many times in a row to load. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST, 2 ** (failures - 1))
}
