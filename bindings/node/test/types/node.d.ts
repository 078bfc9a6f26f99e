// What the programs of the README use of Node, which is not what is checked.

declare module 'node:crypto'
declare module 'node:http' {
  export function createServer(listener: (request: any, response: any) => void): any
}
