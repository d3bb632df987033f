// The parts of the evaluation, in the order of the page.
import { judging } from './judging.ts';
import { labelled } from './labelled.ts';
import { nab } from './nab.ts';
import type { Part } from './part.ts';

export const parts: readonly Part[] = [judging, labelled, nab];
