// The 24-hour chart: reports in steps of 15 minutes against the band of what is normal, incidents shaded, and the same
// numbers as a table. uPlot draws it; its script stands on window, loaded by the page from our own address.
import type uPlot from 'uplot';
import { h } from './dom.ts';
import type { Telling } from './telling.ts';
import type { Bucket, ServiceDetail } from '../views.ts';

const stepSeconds = 900;

/** The chart's place, its key and its table. The chart itself is drawn into the place by `createChart`. */
export function chartSection(service: ServiceDetail, telling: Telling): HTMLElement {
  const { words } = telling;
  return h(
    'section',
    { class: 'chart' },
    h('h2', {}, words.chart),
    h('div', { class: 'chart-place', 'data-own': 'chart', 'data-key': `chart-${service.id}`, 'aria-hidden': 'true' }),
    h('ul', { class: 'key', 'aria-hidden': 'true' },
      h('li', { 'data-for': 'reports' }, words.chartReports),
      h('li', { 'data-for': 'expected' }, words.chartExpected),
      h('li', { 'data-for': 'upper' }, words.chartUpper),
      h('li', { 'data-for': 'incident' }, words.chartIncident),
      h('li', { 'data-for': 'unseen' }, words.noData)),
    h('p', { class: 'small dim' }, words.chartNote),
    h('details', { class: 'table' }, h('summary', {}, words.table), table(service.buckets, telling)),
  );
}

function table(buckets: readonly Bucket[], telling: Telling): HTMLElement {
  const { words } = telling;
  const last = buckets.at(-1)?.start ?? '';
  const number = (value: number | null): string => (value === null ? words.noData : telling.amount(value));
  const columns = [words.time, words.chartReports, words.chartExpected, words.chartUpper, words.mentions, words.recoveries];
  return h(
    'div',
    { class: 'scroll', tabindex: '0' },
    h('table', {},
      h('thead', {}, h('tr', {}, columns.map((label) => h('th', { scope: 'col' }, label)))),
      h('tbody', {},
        buckets.toReversed().map((one) =>
          h('tr', { 'data-key': one.start },
            h('th', { scope: 'row' }, telling.time(one.start, last), one.start === last ? ` ${words.openStep}` : null),
            h('td', {}, number(one.observed)), h('td', {}, number(one.expected)), h('td', {}, number(one.upper)),
            h('td', {}, telling.number(one.mentions)), h('td', {}, telling.number(one.recoveries)))))),
  );
}

export interface Chart {
  readonly place: Element;
  show(service: ServiceDetail): void;
  destroy(): void;
}

/** Draws into `place` and keeps to its width. Colours are the page's own; make a new one when the theme changes. */
export function createChart(place: HTMLElement, telling: Telling, first: ServiceDetail): Chart | null {
  const Plot = (window as unknown as { uPlot?: typeof uPlot }).uPlot;
  if (Plot === undefined) return null;
  let service = first;
  const colour = (name: string): string => getComputedStyle(place).getPropertyValue(name).trim();
  const hours = new Intl.DateTimeFormat(telling.language, { hour: '2-digit', minute: '2-digit' });
  const stepped = Plot.paths.stepped!({ align: 1 });
  const ink = colour('--dim');
  const grid = { stroke: colour('--line'), width: 1 };
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const size = (): { width: number; height: number } => ({ width: place.clientWidth, height: place.clientWidth < 560 ? 220 : 300 });

  function shade(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    const span = (from: number, to: number, fill: string): void => {
      const a = Math.max(left, plot.valToPos(from, 'x', true));
      const b = Math.min(left + width, plot.valToPos(to, 'x', true));
      if (b <= a) return;
      plot.ctx.fillStyle = fill;
      plot.ctx.fillRect(a, top, Math.max(2, b - a), height);
    };
    plot.ctx.save();
    for (const one of service.buckets) {
      if (one.observed === null) span(seconds(one.start), seconds(one.start) + stepSeconds, colour('--unseen'));
    }
    for (const one of service.incidents) {
      if (one.state === 'retracted') continue;
      const end = one.resolvedAt ?? lastSeen(service);
      span(seconds(one.onset), Math.max(seconds(end), seconds(one.onset) + 60), colour('--shade'));
    }
    plot.ctx.restore();
  }

  const plot = new Plot(
    {
      ...size(),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      padding: [8, 4, 0, 0],
      scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(4, (max ?? 0) * 1.1)] } },
      axes: [
        { stroke: ink, grid: { show: false }, ticks: grid, font, space: 64, values: (_plot, splits) => splits.map((at) => hours.format(new Date(at * 1000))) },
        { stroke: ink, grid, ticks: { show: false }, font, size: 44, values: (_plot, splits) => splits.map((value) => telling.amount(value)) },
      ],
      series: [
        {},
        { paths: stepped, fill: colour('--band'), stroke: colour('--band-edge'), width: 1, points: { show: false } },
        { paths: stepped, stroke: colour('--expected'), width: 1.5, dash: [5, 4], points: { show: false } },
        { paths: Plot.paths.bars!({ align: 1, size: [0.72, 40] }), fill: colour('--reports'), stroke: colour('--reports'), width: 0, points: { show: false } },
      ],
      hooks: { drawClear: [shade], setCursor: [(self) => read(self)] },
    },
    dataOf(service),
    place,
  );

  const readout = h('p', { class: 'readout small' });
  place.append(readout);

  function read(self: uPlot): void {
    const index = self.cursor.idx;
    const one = index === null || index === undefined ? undefined : service.buckets[index];
    if (one === undefined) {
      readout.textContent = '';
      return;
    }
    const { words } = telling;
    readout.textContent =
      one.observed === null
        ? `${telling.clock(one.start)}: ${words.noData}`
        : `${telling.clock(one.start)}: ${telling.amount(one.observed)} ${words.chartReports}` +
          (one.expected === null ? '' : ` · ${words.chartExpected} ${telling.amount(one.expected)} · ${words.chartUpper} ${telling.amount(one.upper ?? 0)}`);
  }

  const resize = new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize(size());
  });
  resize.observe(place);
  return {
    place,
    show(next) {
      if (next.buckets === service.buckets && next.incidents === service.incidents) return;
      service = next;
      plot.setData(dataOf(service));
    },
    destroy() {
      resize.disconnect();
      plot.destroy();
      readout.remove();
    },
  };
}

function dataOf({ buckets }: ServiceDetail): uPlot.AlignedData {
  return [
    buckets.map((one) => seconds(one.start)),
    buckets.map((one) => one.upper),
    buckets.map((one) => one.expected),
    buckets.map((one) => one.observed),
  ];
}

/** Where the seen part of the chart ends. */
function lastSeen({ buckets }: ServiceDetail): string {
  const last = buckets.findLast((one) => one.observed !== null);
  return last === undefined ? (buckets.at(-1)?.start ?? '') : new Date(Date.parse(last.start) + last.minutes * 60_000).toISOString();
}

function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}
