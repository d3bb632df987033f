// The parts of the evaluation, in the order of the page.
import { busy } from './busy.ts';
import { confidences } from './confidence.ts';
import { delays, short } from './delays.ts';
import { evenings } from './evenings.ts';
import { guards } from './guards.ts';
import { judging } from './judging.ts';
import { labelled } from './labelled.ts';
import { nab } from './nab.ts';
import { alarms, calibration, nullStreams } from './null-streams.ts';
import type { Part } from './part.ts';

export const parts: readonly Part[] = [judging, labelled, delays, alarms, nullStreams, busy, calibration, confidences, guards, evenings, nab, short];
