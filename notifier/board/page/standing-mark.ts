// A state as people read it: a word, a shape of its own and a colour, never the colour alone.
import { h, s } from './dom.ts';
import { say, type Words } from './words.ts';

const shapes: Readonly<Record<string, readonly string[]>> = {
  // octagon with an exclamation mark
  confirmed: ['M5.300 1.500h5.400l3.800 3.800v5.400l-3.800 3.800H5.300L1.500 10.700V5.300z', 'M8 4.600v4', 'M8 11.300v.1'],
  // triangle with an exclamation mark
  suspected: ['M8 1.800 15 14H1z', 'M8 6.300v3.400', 'M8 11.900v.1'],
  // arrow going down to a line
  easing: ['M8 2v8', 'M4.500 7 8 10.500 11.500 7', 'M3 13.800h10'],
  recovered: ['M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z', 'M5.200 8.200 7.300 10.300 11 6'],
  active: ['M2 10h2.500L6.500 5l3 6 1.700-3H14'],
  quiet: ['M3 8h10'],
  unknown: ['M5.600 6a2.400 2.400 0 1 1 3.600 2.100C8.300 8.600 8 9 8 9.900', 'M8 12.600v.1'],
  retracted: ['M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z', 'M5.500 5.500l5 5', 'M10.500 5.500l-5 5'],
  live: ['M8 5.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z', 'M3.600 12.400a6.200 6.200 0 0 1 0-8.800', 'M12.400 3.600a6.200 6.200 0 0 1 0 8.800'],
  'catching-up': ['M3 4l5 4-5 4z', 'M8.500 4l5 4-5 4z'],
  blind: ['M1.500 8S4 3.800 8 3.800 14.500 8 14.500 8 12 12.200 8 12.200 1.500 8 1.500 8z', 'M2.500 13.500l11-11'],
  stale: ['M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13z', 'M8 4.500V8l2.300 1.500'],
  // a spanner
  maintenance: ['M13.700 4.300 11.400 6.600 9.400 4.600 11.700 2.300a3.600 3.600 0 0 0-4.800 4.800L2 12l2 2 4.900-4.900a3.600 3.600 0 0 0 4.800-4.800z'],
  closed: ['M4 4h8v8H4z'],
};

/** The shape of a state, for eyes only: the word beside it speaks. */
export function icon(state: string): SVGElement {
  const paths = shapes[state === 'resolved' ? 'recovered' : state] ?? shapes['unknown']!;
  return s('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' }, paths.map((d) => s('path', { d })));
}

/** Shape and word of a service's or an incident's state. */
export function standingMark(words: Words, state: string): HTMLElement {
  return h('span', { class: 'mark', 'data-state': state }, icon(state), h('span', {}, words.standings[state] ?? state));
}

const officialShapes: Readonly<Record<string, string>> = { ok: 'recovered', degraded: 'suspected', outage: 'confirmed' };

/** Shape and word of what a status page says: outlined, since it is the service's word and not the crowd's. */
export function officialMark(words: Words, state: string): HTMLElement {
  return h('span', { class: 'mark official-mark', 'data-official': state }, icon(officialShapes[state] ?? state), h('span', {}, say(words.officialMark, words.officialStates[state] ?? state)));
}

/** Shape and word of a source's state. */
export function sourceMark(words: Words, state: string): HTMLElement {
  return h('span', { class: 'mark', 'data-state': state }, icon(state), h('span', {}, words.sourceStates[state] ?? state));
}
