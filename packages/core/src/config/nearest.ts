/**
 * The name among `names` that `text` was most likely meant to be, or undefined when none is near: at most two edits
 * away, and at most two in five characters. Case and the marks `-` and `_` do not count.
 */
export function nearest(text: string, names: Iterable<string>): string | undefined {
  const wanted = plain(text)
  let best: string | undefined
  let least = Math.min(2, Math.floor(wanted.length * 0.4)) + 1
  for (const name of names) {
    const distance = edits(wanted, plain(name))
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

function plain(text: string): string {
  return text.slice(0, 100).toLowerCase().replace(/[-_]/g, '')
}

/** The Levenshtein distance, with a swap of two neighbours counted as one edit. */
function edits(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + change,
        swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY
      )
    }
    beforePrevious = previous
    previous = current
  }
  return at(previous, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
