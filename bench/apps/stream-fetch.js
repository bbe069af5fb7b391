/** Streams 1 MiB in 16 chunks, each made when there is room for it. */
const CHUNK = new Uint8Array(64 * 1024).fill(0x2e)

export default {
  fetch() {
    let left = 16
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(CHUNK)
        left -= 1
        if (left === 0) controller.close()
      }
    })
    return new Response(body, { headers: { 'Content-Type': 'application/octet-stream' } })
  }
}
