// The counted posts. Their text is a stranger's: it is shown as it came, as text, cut off from the page around it.
import { h, outsideLink } from './dom.ts';
import type { Telling } from './telling.ts';
import type { EvidenceView } from '../views.ts';
import { say } from './words.ts';

export function postList(posts: readonly EvidenceView[], telling: Telling, now: string): HTMLElement {
  return h('ol', { class: 'posts' }, posts.map((post) => postItem(post, telling, now)));
}

function postItem(post: EvidenceView, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  return h(
    'li',
    { 'data-key': `${post.source}/${post.id}` },
    post.text === null
      ? h('p', { class: 'post-text dim' }, words.erased)
      : h('p', { class: 'post-text', dir: 'auto', lang: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(post.lang) ? post.lang : null }, post.text),
    h('p', { class: 'small dim' },
      telling.time(post.at, now), ' · ', telling.languageName(post.lang), ' · ', telling.symptom(post.symptom), ' · ',
      say(words.weight, telling.amount(post.weight)), post.standsFor === 1 ? null : ` × ${telling.number(post.standsFor)}`, ' · ', post.source,
      post.region === null ? null : ` · ${telling.placeName(post.region)}`,
      post.late ? ` · ${words.late}` : null,
      post.url === null ? null : dotted(outsideLink(post.url, words.openPost))),
  );
}

function dotted(link: HTMLElement | null): (string | HTMLElement)[] {
  return link === null ? [] : [' · ', link];
}
