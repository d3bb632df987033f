// What stands beside the crowd in one partition: of each service what its status pages say and what is counted elsewhere.
// Keeps both, fills them into an incident, and says what is new of the pages. It opens no incident.
import type { SnapshotPart } from '../shared/bus.ts';
import type { Incident, Official } from '../shared/incident.ts';
import { createPage, isTold, newRecord, type Page, takeNotice, toldRecord } from './official.ts';
import { hearPage, type OfficialNews } from './silence.ts';
import { createTallyLevel, decodeTallies, encodeTallies, takeTally, type TallyLevel, type TallySum, tallySum, tallyWindowMs } from './tally-level.ts';
import type { Word } from './timeline-words.ts';
import { noteLag } from './usual-lag.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Beside {
  /** Takes a word in its place. `calm`: no incident stands of a service. Returns the reason where it was nothing new. */
  take(word: Word, calm: (service: string) => boolean): string | null;
  /** Fills the official word and the tallies into an incident, as at `at` (ms); what of the official word is news. */
  fill(incident: Incident, at: number): OfficialNews;
  /** Some source counts clearly more for the service than it usually does. */
  corroborates(service: string, at: number): boolean;
  /** An incident has been told: its lag may be one of those that are usual. */
  note(incident: Incident): void;
  /** What the service's pages say, if it is new since it was last asked for. */
  news(service: string, at: number): Official | null;
  /** Services whose pages were ever read, sorted. */
  services(): string[];
  /** What was told of the service's pages last, as told at `at`, if that is not what the log holds (`last`) of them. */
  retell(service: string, last: Official | undefined, at: number): Official | null;
  /** Sources of notices that are not there, sorted. */
  away(): string[];
  snapshot(): SnapshotPart[];
  /** Takes in a part that `snapshot` gave; false: it is none of these. */
  restore(part: SnapshotPart): boolean;
}

/** A new one; `absent`: what `away` said. */
export function createBeside(absent: readonly string[] = []): Beside {
  const pages = new Map<string, Page>();
  const tallies = new Map<string, Map<string, TallyLevel>>();
  const away = new Set(absent);
  const encoded = new Map<string, Uint8Array>(); // parts that have not changed since

  function pageOf(service: string): Page {
    let page = pages.get(service);
    if (page === undefined) pages.set(service, (page = createPage(service)));
    encoded.delete(`official/${service}`);
    return page;
  }

  function sumsOf(service: string, at: number): TallySum[] {
    return [...(tallies.get(service)?.values() ?? [])].flatMap((one) => tallySum(one, at) ?? []);
  }

  function part(key: string, value: () => unknown): SnapshotPart {
    let bytes = encoded.get(key);
    if (bytes === undefined) encoded.set(key, (bytes = encoder.encode(JSON.stringify(value()))));
    return { key, value: bytes };
  }

  return {
    take(word, calm) {
      if (word.kind === 'page-source') {
        if (word.state === 'live' || word.state === 'catching-up') away.delete(word.source);
        else away.add(word.source);
        return null;
      }
      if (word.kind === 'notice') return takeNotice(pageOf(word.notice.service), word.source, word.notice, word.at) ? null : 'notice-repeat';
      const { service, minute, posts } = word.tally;
      let bySource = tallies.get(service);
      if (bySource === undefined) tallies.set(service, (bySource = new Map()));
      let level = bySource.get(word.source);
      if (level === undefined) bySource.set(word.source, (level = createTallyLevel()));
      encoded.delete(`tally/${service}`);
      return takeTally(level, minute, posts, calm(service)) ? null : 'tally-repeat';
    },
    fill(incident, at) {
      const { service } = incident;
      if (tallies.has(service)) {
        const sums = sumsOf(service, at);
        const total = (of: 'observed' | 'expected'): number => Math.round(sums.reduce((sum, one) => sum + one[of], 0) * 100) / 100;
        if (sums.length > 0) incident.tallied = { observed: total('observed'), expected: total('expected'), windowMs: tallyWindowMs };
        else delete incident.tallied;
      }
      return hearPage(incident, pages.get(service), away, at);
    },
    corroborates: (service, at) => sumsOf(service, at).some(({ clear }) => clear),
    note(incident) {
      if (pages.has(incident.service)) noteLag(pageOf(incident.service).lags, incident);
    },
    news: (service, at) => (pages.has(service) ? newRecord(pageOf(service), away, at) : null),
    services: () => [...pages.keys()].sort(),
    retell(service, last, at) {
      const page = pages.get(service);
      return page === undefined || (last !== undefined && isTold(page, last)) ? null : toldRecord(page, at);
    },
    away: () => [...away].sort(),
    snapshot: () => [
      ...[...pages.keys()].sort().map((service) => part(`official/${service}`, () => pages.get(service))),
      ...[...tallies.keys()].sort().map((service) => part(`tally/${service}`, () => [...tallies.get(service)!].map(([source, level]) => [source, encodeTallies(level)]))),
    ],
    restore({ key, value }) {
      const kind = key.slice(0, key.indexOf('/'));
      if (kind !== 'official' && kind !== 'tally') return false;
      const service = key.slice(kind.length + 1);
      const kept: unknown = JSON.parse(decoder.decode(value));
      if (kind === 'official' && (kept as Page).service !== service) throw new Error(`detector: snapshot part ${key} holds ${(kept as Page).service}`);
      if (kind === 'official') pages.set(service, kept as Page);
      else tallies.set(service, new Map((kept as [string, unknown][]).map(([source, level]) => [source, decodeTallies(level)])));
      return true;
    },
  };
}
