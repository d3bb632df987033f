// What those who run Outcry ask every process of it: whether it lives, whether it is ready, and its metrics.
import type { FastifyInstance } from 'fastify';

export interface Operated {
  /** Whether the process does its part, with all reasons why not. */
  readonly readiness: () => Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Adds /healthz, /readyz and /metrics. */
export function operateRoutes(app: FastifyInstance, { readiness, metrics }: Operated): void {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  app.get('/healthz', (_request, reply) => reply.headers(headers).send({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const { ready, reasons } = await readiness();
    return reply.headers(headers).code(ready ? 200 : 503).send({ ready, reasons });
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics();
    return reply.headers(headers).type(contentType).send(body);
  });
}
