// A small line of the last hour's reports. It is a picture beside numbers that say the same, so it is hidden from
// readers who can't see it.
import { s } from './dom.ts';

/** `values` by minute, oldest first; `expected` a minute, drawn as a level. */
export function spark(values: readonly number[], expectedPerMinute: number | null): SVGElement | null {
  if (values.length < 2) return null;
  const width = 120;
  const height = 32;
  const top = Math.max(3, ...values, (expectedPerMinute ?? 0) * 2);
  const x = (index: number): string => ((index / (values.length - 1)) * width).toFixed(1);
  const y = (value: number): string => (height - 2 - (value / top) * (height - 4)).toFixed(1);
  const line = values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('');
  return s(
    'svg',
    { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    expectedPerMinute === null ? null : s('path', { class: 'spark-level', d: `M0 ${y(expectedPerMinute)}H${width}` }),
    s('path', { class: 'spark-area', d: `${line}L${width} ${height}L0 ${height}Z` }),
    s('path', { class: 'spark-line', d: line }),
  );
}
