export default {
  fetch(request) {
    if (request.method !== 'POST') return new Response('Hello, world!\n')
    return request.json().then((body) => Response.json({ received: body }))
  }
}
