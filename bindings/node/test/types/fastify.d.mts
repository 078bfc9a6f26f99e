// Fastify as the README uses it: its own types need those of Node, which the package does without.

interface Scope {
  register(plugin: (scope: Scope, options: any) => any, options?: object): void
  get(path: string, answer: (request: any) => unknown): void
  inject(request: object): Promise<{ statusCode: number }>
  close(): Promise<void>
}

export default function fastify(): Scope
