// The board as tests run it: on the evening's records in a real embedded Bus, behind a real server, and seen with a real
// browser that is kept from everyone else.
import Fastify, { type FastifyInstance } from 'fastify';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { openEmbedded, type Embedded } from '../infra/backends/index.ts';
import { findChromium } from '../infra/browser.ts';
import { operateRoutes } from '../infra/operate-routes.ts';
import { createBoard, type Board, type BoardDeps } from '../notifier/board/board.ts';
import type { OutRecord } from '../shared/bus.ts';
import { sourceStatusPrefix } from '../shared/source-status.ts';
import { eveningRecords, eveningServices, sourceStatuses } from './fakes/evening.ts';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export interface Running {
  readonly url: string;
  readonly board: Board;
  readonly backend: Embedded;
  readonly app: FastifyInstance;
  readonly reports: unknown[];
}

/** A board on the evening's records and what comes `after` them; `reportAnswers` are the statuses that its report form gets. */
export async function startBoard(over: Partial<BoardDeps> = {}, reportAnswers: number[] = [], port = 0, after: readonly OutRecord[] = []): Promise<Running> {
  const backend = openEmbedded({ file: ':memory:', partitions: 4, mode: 'own', maxBytes: null });
  await backend.bus.publish([...eveningRecords(), ...after]);
  for (const status of sourceStatuses(Date.now())) await backend.store.set(`${sourceStatusPrefix}${status.source}`, JSON.stringify({ ...status, at: Date.now() + 3_600_000 }), 3_600_000);
  const board = createBoard({
    bus: backend.bus, store: backend.store, services: eveningServices, clock: Date.now, mode: { demo: true, eventTime: 'simulated' }, version: '0.1.0',
    configError: () => null, settings: () => ({ hash: 'a1b2c3d4', values: { minReporters: 5 } }), reports: true, ...over,
  });
  // A browser opens connections ahead of need, and a server waits a minute for their first request.
  const app = Fastify({ forceCloseConnections: true });
  const reports: unknown[] = [];
  app.post('/v1/reports', async (request, reply) => {
    reports.push(request.body);
    return reply.code(reportAnswers.shift() ?? 202).send({});
  });
  await app.register((scope) => board.plugin(scope));
  operateRoutes(app, {
    readiness: async () => ({ ready: board.caughtUp(), reasons: board.caughtUp() ? [] : ['reading'] }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'outcry_up 1\n' }),
  });
  await board.start();
  const url = await app.listen({ host: '127.0.0.1', port });
  await until(async () => (await fetch(`${url}/readyz`)).status === 200);
  return { url, board, backend, app, reports };
}

export async function stopBoard({ board, app, backend }: Running): Promise<void> {
  await board.stop();
  await app.close();
  await backend.bus.close();
}

export async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setImmediate(resolve));
}

export interface Seen {
  readonly page: Page;
  readonly errors: string[];
  readonly elsewhere: string[];
}

export interface Visits {
  /** A page with every other host blocked; what it complains of and asks elsewhere is kept. */
  visit(url: string, options?: BrowserContextOptions): Promise<Seen>;
  /** Closes the pages that are open. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

/** A browser. Throws where there is none. */
export async function openBrowser(): Promise<Visits> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium here: `npm test` installs one, or name it in the environment as CHROMIUM');
  const browser = await chromium.launch({ executablePath, args: flags });
  const contexts: BrowserContext[] = [];

  async function visit(url: string, options: BrowserContextOptions = {}): Promise<Seen> {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1280, height: 900 }, ...options });
    contexts.push(context);
    // a machine may stand still for a while, and what never comes is told by the test's own limit
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    const errors: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    const { origin } = new URL(url);
    await context.route('**/*', (route) => {
      if (new URL(route.request().url()).origin === origin) return route.continue();
      elsewhere.push(route.request().url());
      return route.abort();
    });
    await page.goto(url);
    await page.waitForSelector('h1');
    return { page, errors, elsewhere };
  }

  async function leave(): Promise<void> {
    for (const context of contexts.splice(0)) await context.close();
  }

  return { visit, leave, stop: () => browser.close() };
}

/** Runs in the page: texts whose contrast with what is behind them is under WCAG 2.2 AA (4.5, or 3 for large ones). */
export function poorContrast(): string[] {
  const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r = 0, g = 0, b = 0]: number[]): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return (colour[3] ?? 1) < 1 ? behind(element.parentElement) : colour;
  };
  const poor: string[] = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
    if (!own || element.getClientRects().length === 0 || element.closest('.unseen, svg') !== null) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = Number.parseFloat(style.fontSize) >= 24 || (Number.parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${element.textContent?.slice(0, 40)} ${ratio.toFixed(2)}`);
  }
  return poor;
}
