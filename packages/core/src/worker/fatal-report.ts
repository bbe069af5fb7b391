/**
 * Has Node write what it dies of (no room in the JavaScript heap, a failed check of its own) to `fd`, where the arbiter reads
 * it. Not where the user has asked for reports, which go where they are told to.
 */
export function explainFatalErrors(fd: number): void {
  const { report } = process
  if (report === undefined || report.reportOnFatalError || report.filename !== '') return
  report.filename = process.platform === 'linux' ? `/proc/self/fd/${fd}` : `/dev/fd/${fd}`
  report.compact = true
  // Typings lack it; without it Node looks up the names of all peers.
  Reflect.set(report, 'excludeNetwork', true)
  report.reportOnFatalError = true
}
