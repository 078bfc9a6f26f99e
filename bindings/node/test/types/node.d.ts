// What the programs of the README use of Node, which is not what is checked.

declare module 'node:crypto'
declare module 'node:http' {
  export function createServer(listener: (request: any, response: any) => void): any
}
declare module 'node:fs'
declare module 'node:os'
declare module 'node:path'
