// Brings what the topics say into the read model and tells the watchers: changes are gathered and sent a few times a
// second, so that a busy minute costs a client one message, not thousands. It owns the tails and the timers.
import type { Bus, Running } from '../../shared/bus.ts';
import { topics, type TopicName } from '../../shared/topics.ts';
import { sourceStatusPrefix } from '../../shared/source-status.ts';
import type { Store } from '../../shared/store.ts';
import type { EventStream } from './event-stream.ts';
import type { Asked, Changed, ReadModel } from './read-model.ts';
import { isBlind, readStatuses, sourceView } from './source-view.ts';
import type { AboutView, EvidenceView, SourceView } from './views.ts';

const flushEveryMs = 250;
const pollEveryMs = 1_000;
const heartbeatEveryMs = 15_000;
// More than this in one flush and a page is better off asking again than being told.
const maxSummaries = 300;
const maxEvidence = 60;

const watched: readonly TopicName[] = [topics.rollups.name, topics.incidents.name, topics.alerts.name, topics.evidence.name, topics.deliveries.name];

export interface BoardFeed {
  start(): Promise<void>;
  stop(): Promise<void>;
  caughtUp(): boolean;
  asked(): Asked;
  sources(): readonly SourceView[];
}

export interface FeedDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly model: ReadModel;
  readonly stream: EventStream;
  /** ms, wall clock. */
  readonly clock: () => number;
  readonly simulated: boolean;
  readonly about: () => AboutView;
}

export function createBoardFeed({ bus, store, model, stream, clock, simulated, about }: FeedDeps): BoardFeed {
  const waiting = new Set<TopicName>(watched);
  const dirty = new Set<string>();
  const minutes = new Map<string, Set<number>>();
  const incidents = new Set<string>();
  const pages = new Set<string>();
  const posts = new Map<string, Map<string, { incident: string; item: EvidenceView }>>();
  let sources: readonly SourceView[] = [];
  let polling = false;
  let tails: Running[] = [];
  let timers: NodeJS.Timeout[] = [];

  const asked = (): Asked => ({ now: simulated ? (model.eventTime() ?? clock()) : clock(), blind: isBlind(sources) });

  function note(changed: Changed | null): void {
    // Before the board has caught up nobody is told each step of the past.
    if (changed === null || waiting.size > 0) return;
    if (changed.kind === 'minute') {
      dirty.add(changed.service);
      minutes.set(changed.service, (minutes.get(changed.service) ?? new Set()).add(changed.minute));
    } else if (changed.kind === 'incident') {
      dirty.add(changed.service);
      incidents.add(changed.id);
    } else if (changed.kind === 'official') {
      dirty.add(changed.service);
      pages.add(changed.service);
    } else if (changed.kind === 'ties') {
      for (const { service, id } of changed.incidents) {
        dirty.add(service);
        incidents.add(id);
      }
    } else if (changed.kind === 'evidence') {
      const ofService = posts.get(changed.service) ?? new Map();
      posts.set(changed.service, ofService.set(`${changed.item.source}/${changed.item.id}`, { incident: changed.incident, item: changed.item }));
    }
  }

  function flush(): void {
    const when = asked();
    for (const id of incidents) stream.send('incident', 'all', model.incident(id, when));
    for (const service of pages) stream.send('official', { service }, { service, officialPage: model.officialPage(service, when) });
    for (const [service, starts] of minutes) {
      for (const start of [...starts].slice(-60)) stream.send('minute', { service }, { service, ...model.moment(service, start) });
    }
    for (const [service, items] of posts) stream.send('evidence', { service }, { service, posts: [...items.values()].slice(-maxEvidence) });
    if (dirty.size > maxSummaries) stream.send('reload', 'all', {});
    else if (dirty.size > 0) stream.send('services', 'all', { services: [...dirty].map((id) => model.summary(id, when)).filter((one) => one !== null) });
    dirty.clear();
    minutes.clear();
    incidents.clear();
    pages.clear();
    posts.clear();
  }

  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    try {
      sources = readStatuses(await store.entries(sourceStatusPrefix)).map((status) => sourceView(status, clock()));
    } catch {
      // The Store may be away: then no source has a word that can be trusted, and that is what the board shows.
      sources = sources.map((source) => ({ ...source, stale: source.state !== 'closed' }));
    } finally {
      polling = false;
    }
    // Whole each time: a page may have asked before blindness began, or a source came, and come to the stream after it.
    stream.pass('about', about());
    stream.pass('sources', { sources });
  }

  return {
    async start() {
      if (tails.length > 0) return;
      tails = watched.map((topic) =>
        bus.tail(
          topic,
          'start',
          (records) => {
            for (const record of records) note(model.add(record));
          },
          () => {
            waiting.delete(topic);
            if (waiting.size === 0) stream.send('reload', 'all', {});
          },
        ),
      );
      timers = [setInterval(flush, flushEveryMs), setInterval(() => void poll(), pollEveryMs), setInterval(() => stream.heartbeat(), heartbeatEveryMs)];
      await poll();
    },
    async stop() {
      stream.close();
      for (const timer of timers) clearInterval(timer);
      timers = [];
      await Promise.all(tails.map((tail) => tail.stop()));
      tails = [];
    },
    caughtUp: () => waiting.size === 0,
    asked,
    sources: () => sources,
  };
}
