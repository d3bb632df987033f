// `status`: what the services say of themselves, on their official status pages. It reads the page of every service that is
// watched and has one, politely, and hands over each word once as a Notice; never a post.
//
// Each page has a life of its own: one that fails is unknown and asked less often, and holds up no other. The source is blind
// only when none of its pages answers. Event time is the page's own; the place in the log is ours.
import { z } from 'zod';
import type { Service } from '../../shared/service.ts';
import { serviceIdPattern } from '../../shared/service.ts';
import { createPolling } from '../polling.ts';
import type { Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { createClockWatch } from '../steady-clock.ts';
import { createWeb } from '../web.ts';
import { loadParseFeed } from './status/feed-words.ts';
import { formNames } from './status/forms.ts';
import { createStatusPage, type StatusPage } from './status/page.ts';
import { pagesOf, type PageWish } from './status/pages.ts';
import { createTold } from './status/told.ts';
import { createTurns } from './status/turns.ts';

const pageUrl = z.url({ protocol: /^https?$/ });
const options = z.strictObject({
  services: z.array(z.string().regex(serviceIdPattern)).min(1).optional().describe('ids of the services whose pages are read; without it, all that are watched and have one'),
  pages: z
    .record(z.string().regex(serviceIdPattern), z.union([pageUrl, z.strictObject({ url: pageUrl, form: z.enum(formNames).optional() })]))
    .default({})
    .describe(`service id: its page, instead of the catalogue's; an address, or url and form (${formNames.join(', ')}) where the address does not say it`),
  everyMs: z.number().int().min(1).default(60_000).describe('how often each page is asked; one that fails is asked less often'),
  concurrency: z.number().int().min(1).max(64).default(8).describe('pages asked at the same time; never two of one host'),
  deadlineMs: z.number().int().min(1).default(10_000).describe('how long a page may take to answer'),
  contact: z.string().regex(/^[\x20-\x7e]{1,200}$/).optional().describe('how who runs a page can reach you, told with each question: an address or a mail address'),
});
type Options = z.infer<typeof options>;

const longestWaitMs = 30 * 60_000;
/** Pages are asked for the first time one after the other, so far apart at most. */
const firstGapMs = 150;
/** While nothing is told its time goes on in steps: a frame carries the cursor, which is no small thing here. */
const beatEveryMs = 30_000;
const latenessMs = 2_000;
/** What is shown to people is brought up to date this often. */
const detailEveryMs = 5_000;
const pagesNamed = 5;

const agentOf = ({ contact }: Options): string => `outcry (reads status pages${contact === undefined ? '' : `; ${contact}`})`;

function aboutOf(options: Options, services: readonly Service[]): ReturnType<typeof pagesOf> {
  const own: Record<string, PageWish> = Object.fromEntries(Object.entries(options.pages).map(([id, wish]) => [id, typeof wish === 'string' ? { url: wish } : wish]));
  return pagesOf(services, options.services, own);
}

/** Ids in the options that are no service that is watched. */
function strangers(options: Options, services: readonly Service[]): string[] {
  const known = new Set(services.map(({ id }) => id));
  return [...new Set([...(options.services ?? []), ...Object.keys(options.pages)])].filter((id) => !known.has(id));
}

/** "350 of 440 pages read; 86 that no program can read; not: status.example.com (it answers 500), …" */
function detailOf(pages: readonly StatusPage[]): string {
  const asked = pages.filter((page) => page.how() !== undefined);
  const read = asked.filter((page) => page.how()!.read);
  const not = asked.filter((page) => !page.how()!.read && !page.how()!.unreadable);
  const unreadable = asked.length - read.length - not.length;
  const named = not.slice(0, pagesNamed).map((page) => `${page.about.name} (${page.how()!.why})`).join(', ');
  const more = not.length > pagesNamed ? ` and ${not.length - pagesNamed} more` : '';
  const yet = asked.length < pages.length ? `; ${pages.length - asked.length} not asked yet` : '';
  return `${read.length} of ${pages.length} pages read${yet}${unreadable === 0 ? '' : `; ${unreadable} that no program can read`}${named === '' ? '' : `; not: ${named}${more}`}`;
}

function createStatus(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const { everyMs } = options;
  const abouts = aboutOf(options, deps.services);
  let started: Promise<void> | undefined;
  let stopped = false;
  let live = false;
  let polls: Source[] = [];
  let close = async (): Promise<void> => {};
  const timers = new Set<NodeJS.Timeout>();
  let detailSoon: NodeJS.Timeout | undefined;
  let beatSoon: NodeJS.Timeout | undefined;
  const steady = createClockWatch(clock, () => performance.now());

  function beat(): void {
    if (steady()) intake.beat(clock());
  }

  function after(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
    return timer;
  }

  async function begin(): Promise<void> {
    const many = abouts.length === 1 ? 'a page' : `${abouts.length} pages`;
    if (abouts.length === 0) return intake.state('blind', 'no service that is watched has a status page: name them in `pages`');
    intake.state('blind', `asking ${many} for the first time`);
    const unknown = strangers(options, deps.services);
    if (unknown.length > 0) deps.log.warn({ services: unknown }, 'no service that is watched has this id: its page is not read');
    const parseFeed = await loadParseFeed();
    if (stopped) return;
    const web = createWeb({ userAgent: agentOf(options), clock });
    close = () => web.close();
    const turns = createTurns(options.concurrency);
    const told = createTold(deps.cursor);

    function show(): void {
      if (stopped) return;
      const read = pages.some((page) => page.how()?.read === true);
      const allAsked = pages.every((page) => page.how() !== undefined);
      if (read !== live || (!read && allAsked)) {
        live = read;
        intake.state(read ? 'live' : 'blind', read ? detailOf(pages) : `no status page answers: ${detailOf(pages)}`);
      } else if (read) {
        detailSoon ??= after(detailEveryMs, () => {
          detailSoon = undefined;
          intake.state('live', detailOf(pages));
        });
      }
    }

    const pages = abouts.map((about) => createStatusPage(about, {
      web, turns, told, parseFeed, intake, clock, everyMs, deadlineMs: options.deadlineMs,
      telling() {
        beat();
        // past the words, so that nothing waits for the next beat
        if (beatSoon !== undefined) clearTimeout(beatSoon);
        beatSoon = after(latenessMs + 100, beat);
      },
      changed: show,
    }));
    const gapMs = Math.min(firstGapMs, everyMs / pages.length);
    polls = pages.map((page) => createPolling({
      intake: { state: () => {}, beat: () => {}, ready: () => intake.ready() },
      clock, everyMs, longestWaitMs, poll: page.poll,
    }));
    for (const [i, poll] of polls.entries()) after(i * gapMs, () => void poll.start());
    const beating = setInterval(() => {
      if (live) beat();
    }, beatEveryMs);
    timers.add(beating);
  }

  return {
    async start() {
      if (stopped) return;
      started ??= begin();
      await started;
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await started;
      for (const timer of timers) clearTimeout(timer);
      // what is under way ends first: pages that wait for their turn then find that it is over
      const ends = Promise.all(polls.map((poll) => poll.stop()));
      await close();
      await ends;
    },
  };
}

const pagesChecked = 5;

async function check(options: Options, services: readonly Service[]): Promise<SourceCheck> {
  const abouts = aboutOf(options, services);
  if (abouts.length === 0) return { ok: false, detail: 'no service that is watched has a status page: name them in `pages` (service id: address)' };
  const web = createWeb({ userAgent: agentOf(options), clock: Date.now });
  try {
    const parseFeed = await loadParseFeed();
    const [turns, told] = [createTurns(pagesChecked), createTold(undefined)];
    // pages of known form say most about the network; those named by the user are theirs to get right
    const own = (name: string): number => Number(abouts.find((about) => about.name === name)!.services.some((id) => id in options.pages));
    const few = abouts.toSorted((a, b) => own(b.name) - own(a.name) || Number(b.place !== undefined) - Number(a.place !== undefined)).slice(0, pagesChecked);
    const pages = few.map((about) => createStatusPage(about, {
      web, turns, told, parseFeed, clock: Date.now, everyMs: options.everyMs, deadlineMs: options.deadlineMs, telling: () => {}, changed: () => {},
      intake: { notice: () => ({ outcome: 'unnamed' }), dropped: () => ({ outcome: 'dropped', reason: '' }), cursor: () => {} },
    }));
    const never = new AbortController().signal;
    const polled = await Promise.all(pages.map(async (page) => ({ page, polled: await page.poll(never) })));
    const bad = polled.filter((one) => !one.polled.ok).map((one) => `${one.page.about.name}: ${one.polled.detail}`);
    const known = abouts.filter(({ place }) => place !== undefined).length;
    const unknown = strangers(options, services);
    const about = `${abouts.length} pages, ${known} of a form known by their address${unknown.length === 0 ? '' : `; not watched, so not read: ${unknown.slice(0, pagesChecked).join(', ')}`}`;
    if (bad.length === 0) return { ok: true, detail: `${about}; asked ${polled.length}, all were read` };
    const some = bad.length < polled.length;
    return { ok: some, detail: `${about}; asked ${polled.length}, not read: ${bad.join('; ')}${some ? ' (such a page counts as unknown, never as down)' : ': allow HTTPS out to these hosts, or name pages that you reach in `pages`'}` };
  } finally {
    await web.close();
  }
}

export default {
  type: 'status',
  summary: 'What the services say of themselves: their official status pages, read politely. No account, no cost; hands over no posts.',
  options,
  carries: 'notices',
  silenceNormal: true,
  filtered: true,
  workers: 'one',
  latenessMs,
  reasons: {
    'event-without-id': 'a status page listed an incident without an id or a beginning',
    'word-without-time': 'a status page said something without saying when',
    'impact-unknown': 'a status page named an impact that is not known: taken as degraded',
    'component-state-unknown': 'a status page named a state of a component that is not known: passed over',
    'too-many-components': 'more than 20 parts of a page are not well without an incident: the rest is passed over',
    'entry-without-state': 'an entry of a status feed says nothing of a state: no word about the service',
  },
  create: createStatus,
  check,
} satisfies SourceDefinition<typeof options>;
