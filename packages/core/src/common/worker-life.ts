import { mebibytes } from './mebibytes.ts'

/** What is known of a worker's life when it has ended. */
export interface WorkerLife {
  /** Seconds. */
  readonly lifetime: number
  readonly requests: number
  readonly inFlight: number
  readonly connections: number
  /** Bytes. */
  readonly peakMemory: number
}

/** The end of an exit line, for people. */
export function lifeText({ lifetime, requests, inFlight, peakMemory }: WorkerLife): string {
  return [
    `lived ${lifetime.toFixed(1)} s`,
    `requests served: ${requests}`,
    `in flight: ${inFlight}`,
    `peak memory: ${mebibytes(peakMemory)}`
  ].join(', ')
}

/** The same for JSON logs. */
export function lifeFields({
  lifetime,
  requests,
  inFlight,
  connections,
  peakMemory
}: WorkerLife): WorkerLife {
  return { lifetime: Number(lifetime.toFixed(3)), requests, inFlight, connections, peakMemory }
}
