// What stands around every page: name, ways to go, the clock, the connection, and the bars that must not be missed.
import { h, type Child } from './dom.ts';
import { icon } from './standing-mark.ts';
import type { State } from './state.ts';
import type { Telling } from './telling.ts';
import { say } from './words.ts';

/** The whole page around its `content`. */
export function frame(state: State, telling: Telling, ...content: readonly Child[]): HTMLElement {
  return h('div', {}, top(state, telling), bars(state, telling), h('main', { id: 'main', tabindex: '-1' }, ...content), foot(state));
}

function top(state: State, { words, clock }: Telling): HTMLElement {
  const { about } = state;
  const connection = state.connection === 'connected' ? words.connected : state.connection === 'lost' ? words.lost : words.connecting;
  return h(
    'header',
    { class: 'top' },
    h('a', { class: 'brand', href: '/' }, h('img', { src: '/assets/mark.svg', alt: '', width: 28, height: 28 }), 'Outcry'),
    h('nav', {}, way('/', words.board, state.place.kind === 'front'), way('/arithmetic', words.arithmetic, state.place.kind === 'arithmetic')),
    h(
      'div',
      { class: 'now' },
      about === null
        ? null
        : h('time', { class: 'clock', datetime: about.now, title: `${about.now.slice(0, 19).replace('T', ' ')} UTC` },
            about.simulated ? `${words.simulatedClock} ` : '', h('b', {}, clock(about.now, true))),
      h('span', { class: 'connection', 'data-state': state.connection }, h('i', { 'aria-hidden': 'true' }), connection),
    ),
  );
}

function way(href: string, label: string, here: boolean): HTMLElement {
  return h('a', { href, 'aria-current': here ? 'page' : null }, label);
}

function bars(state: State, { words }: Telling): HTMLElement {
  const { about } = state;
  const banner = about === null ? null : (about.banner ?? (about.demo ? words.demo : null));
  return h(
    'aside',
    { class: 'bars', 'aria-label': words.notices },
    banner === null ? null : bar('banner', 'demo', banner),
    state.failed ? bar('failed', 'warn', words.failed) : null,
    about?.blind ? bar('blind', 'blind', words.blindBoard, 'blind') : null,
    about?.configError ? bar('config', 'warn', say(words.configError, about.configError), 'suspected') : null,
    (about?.dead ?? 0) > 0 ? bar('dead', 'warn', say(words.deadLetters, about?.dead ?? 0), 'suspected') : null,
    about !== null && !about.caughtUp ? bar('reading', 'note', words.reading, 'catching-up') : null,
  );
}

function bar(key: string, kind: string, text: string, mark?: string): HTMLElement {
  return h('p', { class: 'bar', 'data-kind': kind, 'data-key': `bar-${key}` }, mark === undefined ? null : icon(mark), h('span', {}, text));
}

function foot(state: State): HTMLElement {
  return h('footer', { class: 'foot' }, state.about === null ? 'Outcry' : `Outcry ${state.about.version}`);
}
