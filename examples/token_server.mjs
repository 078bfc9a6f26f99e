// A token server on loopback, as slow as one far away, for the program that is named: node token_server.mjs PROGRAM [ARGUMENT...]
//
// Its tokens live for three seconds, and it takes a fifth of a second to grant one. The program is given its URL as the last argument.

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

let granted = 0

const server = createServer((request, response) => {
  request.resume()
  setTimeout(() => {
    granted += 1
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ access_token: `token-${granted}`, token_type: 'Bearer', expires_in: 3 }))
  }, 200)
})

server.listen(0, '127.0.0.1', () => {
  const [program, ...rest] = process.argv.slice(2)
  const url = `http://127.0.0.1:${server.address().port}/token`
  spawn(program, [...rest, url], { stdio: 'inherit' }).on('close', (code) => process.exit(code ?? 1))
})
