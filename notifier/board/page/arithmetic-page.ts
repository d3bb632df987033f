// The public arithmetic: how Outcry counts, what it does not claim, and the settings in force.
import { h } from './dom.ts';
import type { State } from './state.ts';
import type { Telling } from './telling.ts';

export function arithmeticPage(state: State, { words }: Telling): HTMLElement {
  return h(
    'article',
    { class: 'prose', 'data-key': 'arithmetic' },
    h('h1', {}, words.arithmetic),
    h('p', {}, words.arithmeticIntro),
    h('ul', {}, [words.arithmetic1, words.arithmetic2, words.arithmetic3, words.arithmetic4, words.arithmetic5].map((line) => h('li', {}, line))),
    h('h2', {}, words.notClaimed),
    h('ul', {}, [words.notClaimed1, words.notClaimed2, words.notClaimed3].map((line) => h('li', {}, line))),
    h('h2', {}, words.settings),
    state.arithmetic === null
      ? null
      : [h('p', { class: 'small dim' }, `${words.settingsHash} `, h('code', {}, state.arithmetic.settings.hash)),
         h('pre', { tabindex: '0' }, JSON.stringify(state.arithmetic.settings.values, null, 2) ?? '')],
  );
}
