// What the detector keeps for a service, in bytes of its snapshot and of its heap: 10,000 services after a week in which
// people talked of each now and then, and fewer that are talked about all the time, so that they never rest.
import { getHeapSpaceStatistics } from 'node:v8';
import { createDetector } from '../../detector/detector.ts';
import { encodeFrame, type Frame } from '../../shared/frame.ts';
import type { Mention } from '../../shared/observation.ts';
import { topics } from '../../shared/topics.ts';
import { settings } from './chain.ts';
import { short, tell } from './figure.ts';
import { createDice, inventServices } from './services.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 5);

if (globalThis.gc === undefined) throw new Error('run it through `npm run bench`, which gives --expose-gc');
const collect = globalThis.gc;
/** Bytes of data that are held. Compiled code lies in spaces of its own and is no state. */
const heap = (): number => {
  // less than the last resort leaves what compiled code still points to weakly, such as the detector before
  for (let round = 0; round < 3; round++) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !/code|trusted/.test(name));
  return spaces.reduce((sum, { space_used_size: used }) => sum + used, process.memoryUsage().external);
};

/** Tells what is kept of `serviceCount` services after `days`, each mentioned `perDay` times a day. Without a label it only warms up: compiled code is no state. */
function measure(label: string | null, serviceCount: number, days: number, perDay: number): void {
  const services = inventServices(serviceCount);
  const roll = createDice(3);
  const before = heap();
  const detector = createDetector({
    settings, settingsHash: 'bench', services, part: '0', partitions: 1,
    // The state does not depend on what the judge costs; one in ten is a report.
    judge: { judge: ({ id }) => ({ verdict: id.endsWith('0') ? 'report' : 'none', symptom: 'down', reason: 'bench', weight: 1, lang: 'en' }) },
  });
  detector.restore([]);
  detector.live([], () => {});
  let number = 0;
  let offset = 0;
  const stepMs = 600_000;
  const ends = startMs + days * 24 * hourMs;
  for (let at = startMs; at < ends; at += stepMs) {
    const mentions: Mention[] = [];
    for (let n = (serviceCount * perDay * stepMs) / (24 * hourMs); n > 0; n--) {
      const service = services[roll(serviceCount)]!;
      mentions.push({
        id: `post-${++number}`, seq: number, ts: at + roll(stepMs), author: `author-${roll(1e9)}`, service: service.id, by: 'name', name: service.name.toLowerCase(), ordinary: false,
        others: [], text: `${service.name} is what person ${roll(1e9)} talks about ${'and so on '.repeat(12)}`,
      });
    }
    mentions.sort((one, other) => one.ts - other.ts);
    const frame: Frame = {
      v: 1, source: 'bench', instance: '1', epoch: 1, seq: number, state: 'live', filtered: false, watermark: at + stepMs, cursor: '',
      reads: Array.from({ length: 10 }, (_, i) => [at / 1_000 + i * 60, 1_000]), mentions, notices: [], deletions: [],
    };
    detector.fold({ topic: topics.observations.name, partition: 0, offset: ++offset, key: 'bench', value: encodeFrame(frame), headers: {} }, () => {});
  }
  const held = heap() - before;
  const parts = detector.snapshot();
  const bytes = parts.reduce((sum, part) => sum + part.value.length, 0);
  const watches = parts.filter((part) => part.key.startsWith('watch/')).map((part) => part.value.length);
  const heldWithSnapshot = heap() - before;
  if (label === null) return;
  tell(`state.${label}.services`, watches.length, 'services');
  tell(`state.${label}.snapshot`, bytes / serviceCount / 1_000, 'KB/service', { most: 10 });
  tell(`state.${label}.snapshot-largest`, Math.max(...watches) / 1_000, 'KB');
  tell(`state.${label}.heap`, held / serviceCount / 1_000, 'KB/service', { most: 10 });
  // the snapshot's bytes are kept until the service changes
  tell(`state.${label}.heap-after-snapshot`, heldWithSnapshot / serviceCount / 1_000, 'KB/service');
}

measure(null, 50, 2, 144);
// The long one costs minutes: each service that is awake has an end of each minute.
measure('quiet', short ? 1_000 : 10_000, short ? 2 : 7, 4);
measure('busy', 300, short ? 2 : 7, 144);
