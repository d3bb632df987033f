// The chart: reports in steps against the band of what is normal, incidents shaded, and the same numbers as a table.
// uPlot draws it; its script stands on window, loaded by the page from our own address.
import type uPlot from 'uplot';
import { pointsOf, spanOf, type Points } from './chart-points.ts';
import { h } from './dom.ts';
import type { Span } from './state.ts';
import type { Telling } from './telling.ts';
import type { ServiceDetail } from '../views.ts';

/** The chart's place, its key and its table. The chart itself is drawn into the place by `createChart`. */
export function chartSection(service: ServiceDetail, telling: Telling, chosen: Span | null): HTMLElement {
  const { words } = telling;
  const span = spanOf(service, chosen);
  const choice = (value: Span, label: string): HTMLElement => h('button', { type: 'button', 'data-span': value, 'aria-pressed': String(span === value) }, label);
  return h(
    'section',
    { class: 'chart' },
    h('div', { class: 'chart-head' },
      h('h2', {}, span === 'day' ? words.chart : words.chartHour),
      h('div', { class: 'spans', role: 'group', 'aria-label': words.span }, choice('day', words.spanDay), choice('hour', words.spanHour))),
    h('div', { class: 'chart-place', 'data-own': 'chart', 'data-key': `chart-${service.id}`, 'aria-hidden': 'true' }),
    h('ul', { class: 'key', 'aria-hidden': 'true' },
      h('li', { 'data-for': 'reports' }, words.chartReports),
      h('li', { 'data-for': 'expected' }, words.chartExpected),
      h('li', { 'data-for': 'upper' }, words.chartUpper),
      h('li', { 'data-for': 'incident' }, words.chartIncident),
      h('li', { 'data-for': 'unseen' }, words.noData)),
    h('p', { class: 'small dim' }, span === 'day' ? words.chartNote : words.chartHourNote),
    h('details', { class: 'table' }, h('summary', {}, words.table), table(pointsOf(service, span), telling)),
  );
}

function table({ points, span }: Points, telling: Telling): HTMLElement {
  const { words } = telling;
  const last = points.at(-1)?.start ?? '';
  const number = (value: number | null): string => (value === null ? words.noData : telling.amount(value));
  const columns = [words.time, words.chartReports, words.chartExpected, words.chartUpper, words.mentions, ...(span === 'day' ? [words.recoveries] : [])];
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': words.table },
    h('table', {},
      h('thead', {}, h('tr', {}, columns.map((label) => h('th', { scope: 'col' }, label)))),
      h('tbody', {},
        points.toReversed().map((one) =>
          h('tr', { 'data-key': one.start },
            h('th', { scope: 'row' }, telling.time(one.start, last), span === 'day' && one.start === last ? ` ${words.openStep}` : null),
            h('td', {}, number(one.observed)), h('td', {}, number(one.expected)), h('td', {}, number(one.upper)),
            h('td', {}, telling.number(one.mentions)), one.recoveries === null ? null : h('td', {}, telling.number(one.recoveries)))))),
  );
}

export interface Chart {
  readonly place: Element;
  show(points: Points): void;
  destroy(): void;
}

/** Draws into `place` and keeps to its width. Colours are the page's own; make a new one when the theme changes. */
export function createChart(place: HTMLElement, telling: Telling): Chart | null {
  const Plot = (window as unknown as { uPlot?: typeof uPlot }).uPlot;
  if (Plot === undefined) return null;
  let shown: Points = { span: 'day', stepMs: 900_000, points: [], shaded: [], sign: '' };
  const size = (): { width: number; height: number } => ({ width: place.clientWidth, height: place.clientWidth < 560 ? 210 : 280 });
  const plot = new Plot(
    {
      ...look(Plot, place, telling),
      ...size(),
      hooks: { drawClear: [(self) => shade(self, shown, place)], setCursor: [(self) => tell(self)] },
    },
    dataOf(shown),
    place,
  );
  const readout = h('p', { class: 'readout small' });
  place.append(readout);

  function tell(self: uPlot): void {
    const index = self.cursor.idx;
    readout.textContent = index === null || index === undefined ? '' : readoutOf(shown, index, telling);
  }

  const resize = new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize(size());
  });
  resize.observe(place);
  return {
    place,
    show(next) {
      if (next.sign === shown.sign) return;
      shown = next;
      plot.setData(dataOf(shown));
    },
    destroy() {
      resize.disconnect();
      plot.destroy();
      readout.remove();
    },
  };
}

function look(Plot: typeof uPlot, place: HTMLElement, telling: Telling): Omit<uPlot.Options, 'width' | 'height'> {
  const colour = colourOf(place);
  const stepped = Plot.paths.stepped!({ align: 1 });
  const clock = new Intl.DateTimeFormat(telling.language, { hour: '2-digit', minute: '2-digit' });
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const axis = { stroke: colour('--dim'), font };
  const grid = { stroke: colour('--line'), width: 1 };
  const points = { show: false };
  return {
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points, y: false },
    padding: [8, 8, 0, 0],
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(4, (max ?? 0) * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, ticks: grid, size: 34, space: 64, values: (_plot, splits) => splits.map((at) => clock.format(new Date(at * 1000))) },
      { ...axis, grid, ticks: { show: false }, size: 44, values: (_plot, splits) => splits.map((value) => telling.amount(value)) },
    ],
    series: [
      {},
      { paths: stepped, fill: colour('--band'), stroke: colour('--band-edge'), width: 1, points },
      { paths: stepped, stroke: colour('--expected'), width: 1.5, dash: [5, 4], points },
      { paths: Plot.paths.bars!({ align: 1, size: [0.72, 40] }), fill: colour('--reports'), stroke: colour('--reports'), width: 0, points },
    ],
  };
}

function colourOf(place: HTMLElement): (name: string) => string {
  return (name) => getComputedStyle(place).getPropertyValue(name).trim();
}

function shade(plot: uPlot, { points, shaded, stepMs }: Points, place: HTMLElement): void {
  const colour = colourOf(place);
  const { left, top, width, height } = plot.bbox;
  const span = (fromMs: number, toMs: number, fill: string): void => {
    const from = Math.max(left, plot.valToPos(fromMs / 1000, 'x', true));
    const to = Math.min(left + width, plot.valToPos(toMs / 1000, 'x', true));
    if (to <= from) return;
    plot.ctx.fillStyle = fill;
    plot.ctx.fillRect(from, top, Math.max(2, to - from), height);
  };
  plot.ctx.save();
  for (const one of points) if (one.observed === null) span(Date.parse(one.start), Date.parse(one.start) + stepMs, colour('--unseen'));
  for (const [from, to] of shaded) span(from, to, colour('--shade'));
  plot.ctx.restore();
}

function readoutOf({ points }: Points, index: number, telling: Telling): string {
  const { words } = telling;
  const one = points[index];
  if (one === undefined) return '';
  if (one.observed === null) return `${telling.clock(one.start)}: ${words.noData}`;
  const reports = `${telling.clock(one.start)}: ${words.chartReports} ${telling.amount(one.observed)}`;
  return one.expected === null ? reports : `${reports} · ${words.chartExpected} ${telling.amount(one.expected)} · ${words.chartUpper} ${telling.amount(one.upper ?? 0)}`;
}

function dataOf({ points }: Points): uPlot.AlignedData {
  return [
    points.map((one) => Date.parse(one.start) / 1000),
    points.map((one) => one.upper),
    points.map((one) => one.expected),
    points.map((one) => one.observed),
  ];
}
