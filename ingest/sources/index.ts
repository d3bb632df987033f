// The registry of sources: one line each.
import type { SourceDefinition } from '../source.ts';
import demo from './demo.ts';
import lines from './lines.ts';

export const sources: Readonly<Record<string, SourceDefinition>> = Object.fromEntries([demo, lines].map((one) => [one.type, one as unknown as SourceDefinition]));
