import express from 'express'

const app = express()

app.get('/', (_request, response) => {
  response.send(`Hello from Express on pf, worker ${process.pid}\n`)
})

app.post('/echo', express.json(), (request, response) => {
  response.json(request.body)
})

export default app
