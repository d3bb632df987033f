// The posts of the fault runs as a file of NDJSON: everyday talk of which a share names services, and one service after
// the other failing, so that at any moment there are incidents to lose. The same at every call. Judges nothing.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createTraffic } from '../../ingest/demo/traffic.ts';
import { createRandom } from '../generators/evening-lines.ts';
import { outageLines } from '../generators/outage-lines.ts';

export interface PostsWanted {
  /** Everyday posts; those of the outages come on top. */
  readonly count: number;
  /** Of their own time. */
  readonly perSecond: number;
  readonly startMs: number;
  readonly services: readonly { readonly id: string; readonly name: string }[];
  /** From the start of one outage to that of the next, ms of the posts' own time. */
  readonly outageEveryMs: number;
}

export interface PostsWritten {
  readonly count: number;
  readonly endMs: number;
}

const mentionShare = 0.04;
const outageMinutes = 4;
const outagePerMinute = 24;
const poolSeconds = 4_000;

/** Writes the file, in order of time. */
export function writePosts(file: string, wanted: PostsWanted): PostsWritten {
  const { count, perSecond, startMs, services, outageEveryMs } = wanted;
  const random = createRandom(17);
  // texts are drawn from a pool; every post has an id and an author of its own
  const pool = [...createTraffic({ seed: 'faults', startMs, seconds: poolSeconds, postsPerSecond: 5, mentionShare, services })];
  const endMs = startMs + Math.ceil(count / perSecond) * 1_000;
  const output = openSync(file, 'w');
  let written = 0;
  let outages = 0;
  let due: { ts: number; line: string }[] = [];
  let text = '';
  try {
    for (let second = startMs; second < endMs; second += 1_000) {
      if (startMs + (outages + 1) * outageEveryMs <= second) {
        const { name } = services[outages % services.length]!;
        const lines = outageLines({
          fromMs: second, minutes: outageMinutes, perMinute: outagePerMinute, calmMinutes: 0, prefix: `o${outages++}`,
          post: (_i, words) => ({ text: words.replace('whatsapp', name) }),
        });
        due = [...due, ...lines.map((line) => ({ ts: (JSON.parse(line) as { ts: number }).ts, line }))].sort((a, b) => a.ts - b.ts);
      }
      const now = due.filter(({ ts }) => ts < second + 1_000);
      due = due.slice(now.length);
      for (let i = 0; i < perSecond; i++) {
        const ts = second + Math.floor((i * 1_000) / perSecond);
        const { text: words, lang } = pool[Math.floor(random() * pool.length)]!;
        now.push({ ts, line: JSON.stringify({ id: `e${written + i}`, ts, author: `a${Math.floor(random() * 1e9)}`, lang, text: words }) });
      }
      written += now.length;
      for (const { line } of now.sort((a, b) => a.ts - b.ts)) text += `${line}\n`;
      if (text.length < 1 << 20) continue;
      writeSync(output, text);
      text = '';
    }
    writeSync(output, text);
  } finally {
    closeSync(output);
  }
  return { count: written, endMs };
}
