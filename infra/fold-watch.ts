// What a fold tells while it runs, for metrics: how far its event time has come, how old an alert is when it is read.
// The fold itself stays pure and sees no clock: this stands around it and changes nothing that goes in or out.
import { decodeAlert } from '../shared/alert.ts';
import type { Fold } from '../shared/bus.ts';
import type { Progress } from '../shared/incident.ts';
import { topics } from '../shared/topics.ts';

const decoder = new TextDecoder();

/** A detector's fold; `at` is called with each event time, ms, that it says to have come to, also while it catches up. */
export function watchedProgress(fold: Fold, at: (eventTimeMs: number) => void): Fold {
  return {
    restore: (parts) => fold.restore(parts),
    fold: (record, emit) =>
      fold.fold(record, (out) => {
        if (out.key === topics.incidents.markerKey && out.topic === topics.incidents.name && out.value !== null) {
          // the detector's own word: checking it costs more than all else here
          at((JSON.parse(decoder.decode(out.value)) as Progress).at);
        }
        emit(out);
      }),
    live: (published, emit) => fold.live(published, emit),
    snapshot: () => fold.snapshot(),
  };
}

/**
 * A fold that reads the alerts topic; `alerted` is called for each new alert that is told with its change and the ms from the event
 * that decided it to now, never less than 0. What is read again after a start is not new.
 */
export function watchedAlerts(fold: Fold, now: () => number, alerted: (change: string, latencyMs: number) => void): Fold {
  let live = false;
  return {
    restore: (parts) => fold.restore(parts),
    fold(record, emit) {
      fold.fold(record, emit);
      const decoded = live && record.value !== null ? decodeAlert(record.value) : null;
      // a post may be dated a little ahead of our clock
      if (decoded !== null && 'alert' in decoded && decoded.alert.told) alerted(decoded.alert.change, Math.max(0, now() - decoded.alert.at));
    },
    live(published, emit) {
      live = true;
      fold.live(published, emit);
    },
    snapshot: () => fold.snapshot(),
  };
}
