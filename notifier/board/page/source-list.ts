// Sources and how fresh they are. A source that is blind or gives no word looks different from one that is quiet.
import { h } from './dom.ts';
import { sourceMark } from './standing-mark.ts';
import type { Telling } from './telling.ts';
import type { AboutView, SourceView } from '../views.ts';
import { say } from './words.ts';

export function sourceList(sources: readonly SourceView[], telling: Telling, about: AboutView | null): HTMLElement {
  const { words } = telling;
  if (sources.length === 0) return h('p', { class: 'dim' }, words.noSources);
  const wall = about === null ? null : Date.parse(about.wall);
  return h(
    'ul',
    { class: 'sources' },
    sources.map((one) => {
      const state = one.stale ? 'stale' : one.state;
      return h(
        'li',
        { 'data-key': `${one.source}/${one.instance}`, 'data-state': state },
        h('span', { class: 'source-name' }, one.source, ' ', h('span', { class: 'dim' }, one.type)),
        sourceMark(words, state),
        h('p', { class: 'small' },
          freshness(one, telling, wall),
          one.silenceNormal ? ` · ${words.silenceNormal}` : null,
          ' · ', read(one, telling)),
        one.detail === '' ? null : h('p', { class: 'small dim' }, one.detail),
      );
    }),
  );
}

/** How long ago it last handed something over. `wall` is the server's clock, ms. */
function freshness({ carries, lastPostAt }: SourceView, { words, ago }: Telling, wall: number | null): string {
  if (lastPostAt === null || wall === null) return carries === 'posts' ? words.noPost : words.noneTaken;
  return say(carries === 'posts' ? words.lastPost : words.lastTaken, ago(wall - Date.parse(lastPostAt)));
}

function read({ carries, posts, mentions }: SourceView, { words, number }: Telling): string {
  if (carries === 'posts') return say(words.postsRead, number(posts), number(mentions));
  return say(carries === 'notices' ? words.noticesRead : words.talliesRead, number(mentions));
}
