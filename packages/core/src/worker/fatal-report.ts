type Report = NonNullable<typeof process.report>

/**
 * Has Node write what it dies of (no room in the JavaScript heap, a failed check of its own) to `fd`, where the arbiter reads
 * it. Not where the user has asked for reports, which go where they are told to.
 */
export function explainFatalErrors(fd: number): void {
  const { report } = process
  if (report === undefined || isAskedFor(report)) return
  report.filename = process.platform === 'linux' ? `/proc/self/fd/${fd}` : `/dev/fd/${fd}`
  report.compact = true
  // Typings lack it; without it Node looks up the names of all peers.
  Reflect.set(report, 'excludeNetwork', true)
  report.reportOnFatalError = true
}

/** All reports of a process go to the same place. */
function isAskedFor(report: Report): boolean {
  const occasions = [report.reportOnFatalError, report.reportOnSignal, report.reportOnUncaughtException]
  return occasions.includes(true) || report.directory !== '' || report.filename !== ''
}
