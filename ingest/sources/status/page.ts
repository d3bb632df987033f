// One status page: tells what is new of what it says, and whether it can be read. A page that can not be read is unknown,
// never down: after two failed rounds that is said, and again when it answers. How it is asked is page-asker.ts.
import type { Notice } from '../../../shared/observation.ts';
import type { Polled } from '../../polling.ts';
import type { Intake } from '../../source.ts';
import { forms } from './forms.ts';
import { lineOf } from './loose.ts';
import { createPageAsker, shorten, type Asked, type AskerDeps } from './page-asker.ts';
import { servicesOf } from './page-parts.ts';
import type { Reading } from './page-word.ts';
import type { PageAbout } from './pages.ts';
import type { NewWord, PageState, Told } from './told.ts';
import type { Turns } from './turns.ts';

export interface PageDeps extends AskerDeps {
  readonly turns: Turns;
  readonly told: Told;
  readonly intake: Pick<Intake, 'notice' | 'dropped' | 'cursor'>;
  /** Between two questions while all is well. */
  readonly everyMs: number;
  /** Called before words are handed over. */
  readonly telling: () => void;
  /** Called when it may have changed whether the page can be read. */
  readonly changed: () => void;
}

export interface StatusPage {
  readonly about: PageAbout;
  /** One round, for createPolling. */
  poll(signal: AbortSignal): Promise<Polled>;
  /** undefined: not asked yet. `why` it can not be read, in a few words; it may still be read well after a single failure. */
  how(): { readonly read: boolean; readonly why: string; /** It answers, but no program can read it. */ readonly unreadable: boolean } | undefined;
}

/** Rounds in a row; or one, where it is not asked again for longer than as many take. */
const failuresUntilUnknown = 2;
const longestId = 200;
const longestTitle = 200;
const stopped: Polled = { ok: false, detail: 'stopped' };

export function createStatusPage(about: PageAbout, deps: PageDeps): StatusPage {
  const { told, intake, clock } = deps;
  const { name, services } = about;
  const asker = createPageAsker(about, deps);
  // an address may hold a secret in its query: what is shown is without it
  const link = `${new URL(about.url).origin}${new URL(about.url).pathname}`;
  let failures = 0;
  let how: ReturnType<StatusPage['how']>;

  /** Whether it was taken; a word whose time is still to come may be taken later. */
  function hand({ word, services: meant }: NewWord): boolean {
    const { key, kind, ...said } = word;
    // a part may fail in the same way again
    const id = kind === 'component' ? `${key}/${word.ts}` : key;
    let early = false;
    for (const service of meant) {
      const notice: Omit<Notice, 'at'> = { ...said, components: [...said.components], id: shorten(`${service}/${name}/${id}`, longestId), service };
      const outcome = intake.notice(notice);
      early ||= outcome.outcome === 'dropped' && outcome.reason === 'future';
    }
    if (!early) told.settle(name, { word, services: meant });
    return !early;
  }

  function tellState(state: PageState, why: string): void {
    if (told.state(name) === state) return;
    deps.telling();
    const ts = clock();
    for (const service of services) {
      intake.notice({ id: shorten(`${service}/${name}/page/${state}/${ts}`, longestId), ts, service, event: '', state, title: lineOf(why, longestTitle), url: link, components: [] });
    }
    told.setState(name, state);
    intake.cursor(told.encode(ts));
  }

  /** Whether some of it has to wait. */
  function tellNews(reading: Reading): boolean {
    const place = asker.place();
    const forgetMs = place === undefined ? undefined : forms[place.form].forgetMs;
    const news = told.news(name, reading, (word) => servicesOf(place?.main ?? '', services, word), clock(), forgetMs);
    if (news.length === 0) return false;
    deps.telling();
    const taken = news.map(hand);
    if (taken.includes(true)) intake.cursor(told.encode(clock()));
    return taken.includes(false);
  }

  function failed({ why, waitMs, unreadable = false }: Extract<Asked, { why: string }>): Polled {
    failures += 1;
    const isLost = unreadable || failures >= failuresUntilUnknown || (waitMs ?? 0) > failuresUntilUnknown * deps.everyMs;
    how = { read: !isLost && how?.read === true, why, unreadable };
    if (isLost) tellState('unknown', `its status page can not be read: ${why}`);
    deps.changed();
    return { ok: false, detail: why, ...(waitMs === undefined ? {} : { waitMs }) };
  }

  return {
    about,
    how: () => how,
    poll: (signal) => deps.turns.take(new URL(asker.place()?.main ?? about.url).host, async (): Promise<Polled> => {
      if (signal.aborted) return stopped;
      const asked = await asker.ask(told.open(name, 'incident'), signal);
      if (signal.aborted) return stopped;
      if ('why' in asked) return failed(asked);
      failures = 0;
      how = { read: true, why: '', unreadable: false };
      tellState('ok', 'its status page can be read');
      const waits = tellNews(asked.reading);
      asker.keep(waits || (['incident', 'maintenance', 'component'] as const).some((kind) => told.open(name, kind).length > 0));
      deps.changed();
      return { ok: true, detail: 'read', waitMs: deps.everyMs * (forms[asker.place()?.form ?? 'statuspage'].pace ?? 1) };
    }),
  };
}
