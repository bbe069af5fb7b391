/** Fetch style: an object whose `fetch` takes a Request and returns a Response. */
export default {
  fetch(request: Request): Response {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return new Response(`Hello from pf, worker ${process.pid}\n`)
    return new Response('Not found\n', { status: 404 })
  }
}
