/** Where longer cases are cut: at every offset near their ends, and here and there between. */
const STRIDE = 97
const EDGE = 300

/** Every offset at which a case of `length` bytes is cut in two. */
export function cutOffsets(length: number): number[] {
  const all = Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1)
  return all.filter((at) => at < EDGE || at > length - EDGE || at % STRIDE === 0)
}
