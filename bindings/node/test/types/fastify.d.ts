// What a program of the README uses of Fastify, whose own types want those of Node.

interface Scope {
  register(plugin: (scope: Scope, options: any) => any, options?: any): void
  get(path: string, answer: (request: any) => any): void
  inject(request: object): Promise<{ statusCode: number }>
}
declare function fastify(): Scope
export = fastify
