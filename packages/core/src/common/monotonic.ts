/**
 * The time of CLOCK_MONOTONIC in milliseconds: `clock_gettime(2)`. The same in all processes of a machine, so that one may
 * compare what another has noted; it stands still while the machine is suspended.
 */
export function monotonicNow(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
