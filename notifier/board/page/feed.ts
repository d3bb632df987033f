// The page's ear: one event stream, opened for the place on screen, laid into the state as it comes.
import { takeIncident, takeMinute, takeOfficial, takePosts, takeSummaries, type State } from './state.ts';
import type { AboutView, Bucket, EvidenceView, IncidentDetail, Minute, OfficialView, ServiceSummary, SourceView } from '../views.ts';

export interface Ears {
  /** Something on screen may have changed. */
  readonly changed: () => void;
  /** Something was laid into the state; an answer that was asked for before must not undo it, so it can be laid again. */
  readonly laid: (again: () => void) => void;
  /** Too much was missed: ask for everything again. */
  readonly reload: () => void;
}

const retryEveryMs = 5_000;

/** Opens the stream, for one service where `service` is given. Returns how to close it. */
export function listen(state: State, service: string | null, ears: Ears): () => void {
  let source = open(state, service, ears);
  // A browser tries again by itself after a lost connection, but not after an answer such as 503.
  const retry = setInterval(() => {
    if (source.readyState === EventSource.CLOSED) source = open(state, service, ears);
  }, retryEveryMs);
  return () => {
    clearInterval(retry);
    source.close();
  };
}

function open(state: State, service: string | null, ears: Ears): EventSource {
  const source = new EventSource(service === null ? '/api/events' : `/api/events?service=${encodeURIComponent(service)}`);

  function on<T>(type: string, hear: (data: T) => void): void {
    source.addEventListener(type, (event) => {
      hear(JSON.parse((event as MessageEvent<string>).data) as T);
      ears.changed();
    });
  }

  function lay(take: () => void): void {
    take();
    ears.laid(take);
  }

  source.addEventListener('error', () => {
    state.connection = 'lost';
    ears.changed();
  });
  on('hello', () => {
    // what happened before we were heard was told to nobody, the first time as well
    ears.reload();
    state.connection = 'connected';
  });
  on('reload', () => ears.reload());
  on<AboutView>('about', (about) =>
    lay(() => {
      state.about = about;
    }));
  on<{ sources: SourceView[] }>('sources', ({ sources }) =>
    lay(() => {
      state.sources = sources;
    }));
  on<{ services: ServiceSummary[] }>('services', ({ services }) => lay(() => takeSummaries(state, services)));
  on<{ service: string; bucket: Bucket; minute: Minute }>('minute', ({ service: id, bucket, minute }) => lay(() => takeMinute(state, id, bucket, minute)));
  on<IncidentDetail>('incident', (incident) => {
    lay(() => takeIncident(state, incident));
    // Its posts changed with it, and some may have been taken back.
    if (state.incident?.id === incident.id) ears.reload();
  });
  on<{ service: string; officialPage: OfficialView | null }>('official', ({ service: id, officialPage }) => lay(() => takeOfficial(state, id, officialPage)));
  on<{ service: string; posts: { incident: string; item: EvidenceView }[] }>('evidence', ({ service: id, posts }) => lay(() => takePosts(state, id, posts)));
  return source;
}
