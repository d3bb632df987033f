// When each record that is read was written. Readers of the flow have no use for it; a copy needs it, because retention
// goes by it.
import type { InRecord } from '../../../shared/bus.ts';
import type { StampedRecord } from '../kafka/decode-fetch.ts';

/** When a record that a cluster's reader gave was written, ms, wall clock. */
export function stampOf(record: InRecord): number {
  return (record as StampedRecord).at;
}
