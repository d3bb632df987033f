// What a process and its parts are given to work with.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Lexicon } from '../detector/lexicon.ts';
import type { Backend } from './backends/index.ts';
import type { Config } from './config.ts';
import type { Hold } from './holding.ts';
import type { Metrics } from './metrics.ts';

export const workerRoles = ['ingest', 'detector', 'notifier'] as const;
export type WorkerRole = (typeof workerRoles)[number];

export interface PipelineDeps {
  readonly backend: Backend;
  /** The parts that this process runs. */
  readonly roles: readonly WorkerRole[];
  readonly log: Logger;
  /** Where the console channel writes. */
  readonly out: NodeJS.WritableStream;
  readonly authorKey: Uint8Array;
  /** The demonstration: said on the board. */
  readonly demo: boolean;
  /** Event time is not the wall's: charts go by the posts. */
  readonly simulated: boolean;
  /** What is wrong with the file on disk while this configuration runs. */
  readonly configError: () => string | null;
  /** A part broke beyond retrying: the process should end. */
  readonly failed: (error: Error) => void;
}

export interface PartDeps extends PipelineDeps {
  readonly config: Config;
  /** The process's web server, not yet listening. */
  readonly web: FastifyInstance;
  readonly clock: () => number;
  readonly metrics: Metrics;
  readonly lexicons: readonly Lexicon[];
  readonly settings: { readonly hash: string; readonly values: Config['detection'] };
  readonly hold: Hold;
}
