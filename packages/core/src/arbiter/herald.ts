/** Who is told how the server fares: the service manager that started it, if one did. Every call returns at once. */
export interface Herald {
  /** All workers serve, for the first time. */
  ready(): void
  /** A reload has been asked for. */
  reloading(): void
  /** It has come to its end, whichever generation goes on. */
  reloaded(): void
  /** No further request is taken. */
  stopping(): void
  /** A line for people on what the server is at. */
  status(text: string): void
  /** Whether the workers answer, as far as is known now; told after every event. */
  answering(all: boolean): void
  /** Another process, another arbiter, is the server's main one from now on. */
  mainPid(pid: number): void
}

/** Nobody wants to know. */
export const NOBODY: Herald = {
  ready: () => {},
  reloading: () => {},
  reloaded: () => {},
  stopping: () => {},
  status: () => {},
  answering: () => {},
  mainPid: () => {}
}

/** All of them, in this order. */
export function together(heralds: readonly Herald[]): Herald {
  const each = (tell: (herald: Herald) => void): void => heralds.forEach(tell)
  return {
    ready: () => each((herald) => herald.ready()),
    reloading: () => each((herald) => herald.reloading()),
    reloaded: () => each((herald) => herald.reloaded()),
    stopping: () => each((herald) => herald.stopping()),
    status: (text) => each((herald) => herald.status(text)),
    answering: (all) => each((herald) => herald.answering(all)),
    mainPid: (pid) => each((herald) => herald.mainPid(pid))
  }
}
