// Shares of a whole as short bars with their numbers beside them.
import { h, s } from './dom.ts';
import type { Telling } from './telling.ts';
import type { Share } from '../views.ts';

/** The `most` greatest shares; the rest is summed up, so that what is shown adds up to 100 %. */
export function shareList(shares: readonly Share[], most: number, name: (key: string) => string, telling: Telling): HTMLElement {
  const { words } = telling;
  if (shares.length === 0) return h('p', { class: 'dim' }, words.nothingYet);
  const shown = shares.slice(0, most);
  const rest = shares.slice(most).reduce((sum, one) => ({ count: sum.count + one.count, percent: sum.percent + one.percent }), { count: 0, percent: 0 });
  const rows = shown.map((one) => ({ label: name(one.key), count: one.count, percent: one.percent }));
  if (rest.count > 0) rows.push({ label: words.others, ...rest });
  return h(
    'ul',
    { class: 'shares' },
    rows.map((one) =>
      h('li', {},
        h('span', { class: 'share-name' }, one.label),
        h('span', { class: 'share-value' }, `${one.percent} %`, h('span', { class: 'dim' }, ` ${telling.number(one.count)}`)),
        s('svg', { class: 'share-bar', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
          s('rect', { width: Math.max(1, one.percent), height: 6 })))),
  );
}
