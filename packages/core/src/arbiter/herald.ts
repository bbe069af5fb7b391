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
}

/** Nobody wants to know. */
export const NOBODY: Herald = {
  ready: () => {},
  reloading: () => {},
  reloaded: () => {},
  stopping: () => {},
  status: () => {},
  answering: () => {}
}
