// The page's start and its one loop: where we are, what we know, draw it, listen, draw again.
import { arithmeticPage } from './arithmetic-page.ts';
import { createChanges } from './changes.ts';
import { createChart, type Chart } from './chart.ts';
import { pointsOf, spanOf } from './chart-points.ts';
import { h, lay } from './dom.ts';
import { listen } from './feed.ts';
import { frame } from './frame.ts';
import { frontPage } from './front-page.ts';
import { incidentPage } from './incident-page.ts';
import { sendReport } from './report-form.ts';
import { servicePage } from './service-page.ts';
import { createState, placeOf, queryOf, type Arithmetic, type State } from './state.ts';
import { createTelling } from './telling.ts';
import type { AboutView, EvidencePage, IncidentDetail, IncidentView, ServiceDetail, ServicesView, SourceView } from '../views.ts';
import { say } from './words.ts';

const refreshEveryMs = 60_000;
const retryAfterMs = 3_000;

const app = document.querySelector('#app')!;
const said = document.querySelector('#said')!;
const telling = createTelling(navigator.language);
const state: State = createState(placeOf(location.pathname), queryOf(location.search));
document.documentElement.lang = telling.language;

const changes = createChanges();
let chart: Chart | null = null;
let close: (() => void) | null = null;
let drawing = false;
let asking = 0;
/** What the stream has laid into the state since the question that is not answered yet: the answer may be from before it. */
let laidSince: (() => void)[] | null = null;

function draw(): void {
  drawing = false;
  for (const one of changes(state.service === null ? (state.services ?? []) : [state.service])) {
    said.textContent = say(telling.words.announce, one.name, telling.words.standings[one.standing] ?? one.standing);
  }
  lay(app, h('div', {}, frame(state, telling, content())));
  const search = app.querySelector<HTMLInputElement>('#search');
  if (search !== null && search.value.trim() !== state.query) search.value = state.query;
  const place = app.querySelector<HTMLElement>('[data-own="chart"]');
  if (chart !== null && chart.place !== place) {
    chart.destroy();
    chart = null;
  }
  if (place !== null && state.service !== null) {
    chart ??= createChart(place, telling);
    chart?.show(pointsOf(state.service, spanOf(state.service, state.span)));
  }
  document.title = `${titleOf()} · Outcry`;
}

function drawSoon(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
}

function content(): HTMLElement | null {
  const { words } = telling;
  if (state.missing || state.place.kind === 'nowhere') {
    return h('div', { class: 'prose' }, h('h1', {}, words.notFound), h('p', {}, h('a', { href: '/' }, words.backToBoard)));
  }
  if (state.place.kind === 'front') return frontPage(state, telling);
  if (state.place.kind === 'arithmetic') return arithmeticPage(state, telling);
  if (state.place.kind === 'service') return state.service === null ? null : servicePage(state, telling, state.service);
  return state.incident === null ? null : incidentPage(state, telling, state.incident);
}

function titleOf(): string {
  const { words } = telling;
  if (state.place.kind === 'service' && state.service !== null) {
    return `${state.service.name}: ${words.standings[state.service.standing] ?? ''}`;
  }
  if (state.place.kind === 'incident' && state.incident !== null) {
    return `${state.incident.name}: ${words.standings[state.incident.state] ?? ''}`;
  }
  return state.place.kind === 'arithmetic' ? words.arithmetic : words.board;
}

async function ask<T>(path: string): Promise<T | null> {
  const answer = await fetch(path);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Asks for all that the place needs. An answer that comes after a newer question is thrown away. */
async function load(): Promise<void> {
  asking += 1;
  const mine = asking;
  laidSince = [];
  try {
    const arrived = await fetchPlace();
    if (mine !== asking) return;
    state.failed = false;
    state.missing = false;
    arrived();
    for (const again of laidSince ?? []) again();
    laidSince = null;
  } catch {
    if (mine !== asking) return;
    state.failed = true;
    setTimeout(() => {
      if (mine === asking) void load();
    }, retryAfterMs);
  }
  drawSoon();
}

async function fetchPlace(): Promise<() => void> {
  const [sources, about, arrived] = await Promise.all([
    ask<{ sources: SourceView[] }>('/api/sources'),
    ask<AboutView>('/api/about'),
    fetchContent(),
  ]);
  return () => {
    state.sources = sources?.sources ?? [];
    state.about = about;
    arrived();
  };
}

async function fetchContent(): Promise<() => void> {
  const { place } = state;
  if (place.kind === 'front') {
    const [services, incidents] = await Promise.all([
      ask<ServicesView>(`/api/services?q=${encodeURIComponent(state.query)}`),
      ask<{ incidents: IncidentView[] }>('/api/incidents'),
    ]);
    return () => {
      state.services = services?.services ?? [];
      state.incidents = (incidents?.incidents ?? []).toSorted((a, b) => (a.onset < b.onset ? 1 : -1));
    };
  }
  if (place.kind === 'service') {
    const service = await ask<ServiceDetail>(`/api/services/${encodeURIComponent(place.id)}`);
    return () => {
      state.service = service;
      state.missing = service === null;
    };
  }
  if (place.kind === 'incident') {
    const id = encodeURIComponent(place.id);
    const shown = state.evidence?.incident === place.id ? state.evidence.items.length : 0;
    const [incident, evidence] = await Promise.all([ask<IncidentDetail>(`/api/incidents/${id}`), askEvidence(place.id, shown)]);
    return () => {
      state.incident = incident;
      state.missing = incident === null;
      state.evidence = evidence;
    };
  }
  const arithmetic = place.kind === 'arithmetic' ? await ask<Arithmetic>('/api/arithmetic') : null;
  return () => {
    state.arithmetic = arithmetic;
  };
}

/** As many posts as the reader has unfolded, asked for anew, so that what an author took back goes from the screen. */
async function askEvidence(incident: string, shown: number): Promise<EvidencePage | null> {
  const path = `/api/incidents/${encodeURIComponent(incident)}/evidence?offset=`;
  let page = await ask<EvidencePage>(`${path}0`);
  while (page !== null && page.items.length < Math.min(shown, page.total)) {
    const next: EvidencePage | null = await ask<EvidencePage>(`${path}${page.items.length}`);
    if (next === null || next.items.length === 0) break;
    page = { ...next, items: [...page.items, ...next.items] };
  }
  return page;
}

function open(): void {
  close?.();
  close = listen(state, state.place.kind === 'service' ? state.place.id : null, {
    changed: drawSoon,
    laid: (again) => void laidSince?.push(again),
    reload: () => void load(),
  });
}

async function go(path: string, push: boolean): Promise<void> {
  if (push) history.pushState(null, '', path);
  const { about, sources } = state;
  Object.assign(state, createState(placeOf(location.pathname), queryOf(location.search)), { about, sources });
  open();
  await load();
  if (push) scrollTo(0, 0);
  app.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true });
}

async function more(): Promise<void> {
  const { evidence } = state;
  if (evidence === null) return;
  const next = await ask<EvidencePage>(`/api/incidents/${encodeURIComponent(evidence.incident)}/evidence?offset=${evidence.items.length}`);
  if (next === null || state.evidence?.incident !== next.incident) return;
  const known = new Set(state.evidence.items.map((item) => `${item.source}/${item.id}`));
  state.evidence = { ...next, items: [...state.evidence.items, ...next.items.filter((item) => !known.has(`${item.source}/${item.id}`))] };
  drawSoon();
}

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element) || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (event.target.closest('#more') !== null) void more().catch(() => undefined);
  const span = event.target.closest<HTMLElement>('[data-span]')?.dataset['span'];
  if (span === 'day' || span === 'hour') {
    state.span = span;
    drawSoon();
  }
  const link = event.target.closest('a');
  if (link === null || link.origin !== location.origin || link.target !== '' || link.getAttribute('href')?.startsWith('/') !== true) return;
  event.preventDefault();
  void go(link.pathname, true);
});

let searchTimer = 0;
document.addEventListener('input', (event) => {
  if (!(event.target instanceof HTMLInputElement) || event.target.id !== 'search') return;
  state.query = event.target.value.trim();
  history.replaceState(null, '', state.query === '' ? '/' : `/?q=${encodeURIComponent(state.query)}`);
  clearTimeout(searchTimer);
  searchTimer = window.setTimeout(() => void load(), 150);
});

document.addEventListener('submit', (event) => {
  if (!(event.target instanceof HTMLFormElement) || event.target.id !== 'report') return;
  event.preventDefault();
  const kind = new FormData(event.target).get('kind');
  void sendReport(event.target.dataset['service'] ?? '', typeof kind === 'string' ? kind : 'other', telling.words).then((answer) => {
    state.reported = answer;
    drawSoon();
  });
});

addEventListener('popstate', () => void go(location.pathname, false));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  chart?.destroy();
  chart = null;
  drawSoon();
});
setInterval(() => void load(), refreshEveryMs);

open();
void load();
