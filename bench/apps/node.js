export default function app(request, response) {
  if (request.method !== 'POST') return void response.end('Hello, world!\n')
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ received: JSON.parse(Buffer.concat(chunks)) }))
  })
}
