// Posts of an outage around a given time, as lines of NDJSON: first a calm, then many people. What they say is the test's.

export interface OutageOptions {
  /** ms: when people begin to notice. */
  readonly fromMs: number;
  /** How long they go on, and how many of them a minute. */
  readonly minutes: number;
  readonly perMinute: number;
  /** Everyday posts before it, one every two seconds. */
  readonly calmMinutes: number;
  /** Goes before every id and author, so that two outages of one test are told apart. */
  readonly prefix: string;
  /** A post's own fields over the usual ones; told the usual text, which differs enough from post to post not to be a copy. */
  readonly post: (i: number, text: string) => Readonly<Record<string, unknown>>;
}

const complaints = [
  'is down for me', 'has been down', 'shows an error', "can't log in", 'calls fail', 'pictures fail to load', 'stopped working', 'messages are not sending', 'is broken again', 'keeps saying connecting', "won't load at all", 'outage here', 'not working on my phone',
];
const places = ['in Leeds', 'in Porto', 'since lunch', 'at work', 'at home', 'on the train', 'over here', 'on both phones', 'for an hour now', 'in the whole office', 'in Graz'];
const openings = ['ugh,', 'great:', 'so', 'well', 'again', 'hey', 'my', 'guys', 'apparently', 'no way,', 'help,', 'oh', 'mum says'];
const ends = ['', ' anyone else?', ' what is going on', ' and I need it now', ' since a minute', ' how annoying', ' again', ' since the update', ' for my sister too', ' please fix', ' typical', ' not funny', ' restarted twice', ' tried everything', ' is it just me', ' wonderful timing', ' right now'];

/** Lines in event order. The calm ones name no service. */
export function outageLines({ fromMs, minutes, perMinute, calmMinutes, prefix, post }: OutageOptions): string[] {
  const lines: string[] = [];
  const add = (ts: number, fields: Readonly<Record<string, unknown>>): void => {
    const id = `${prefix}-${lines.length}`;
    lines.push(JSON.stringify({ id, ts, author: `author-of-${id}`, lang: 'en', ...fields }));
  };
  for (let ts = fromMs - calmMinutes * 60_000; ts < fromMs; ts += 2_000) add(ts, { text: 'what a lovely evening for a walk' });
  const count = minutes * perMinute;
  for (let i = 0; i < count; i++) {
    const text = `${openings[i % openings.length]} whatsapp ${complaints[i % complaints.length]} ${places[i % places.length]}${ends[i % ends.length]}`;
    add(fromMs + Math.floor((i * 60_000) / perMinute), { text, ...post(i, text) });
  }
  return lines;
}

/** `outageLines` as the text of a file. */
export const outageFile = (options: OutageOptions): string => `${outageLines(options).join('\n')}\n`;
