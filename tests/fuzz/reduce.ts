/** Leaves out what an input can do without and still fails. `fails` gives the complaint, undefined for none. */
export async function reduce(
  found: Buffer,
  fails: (input: Buffer) => string | undefined | Promise<string | undefined>
): Promise<Buffer> {
  let input = found
  for (let size = input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= input.length; ) {
      const less = Buffer.concat([input.subarray(0, at), input.subarray(at + size)])
      if ((await fails(less)) === undefined) at += size
      else input = less
    }
  }
  return input
}
