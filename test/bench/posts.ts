// Posts for the bench as NDJSON: everyday traffic of the demonstration, brought to about 400 bytes a post, with an exact
// share that names services and one outage, so that there is an incident to find. The same at every call with the same start;
// another start has other people and other words. No network.
import { Buffer } from 'node:buffer';
import { createTraffic, reportTexts } from '../../ingest/demo/traffic.ts';
import { createMatcher } from '../../ingest/match.ts';
import type { Post } from '../../shared/post.ts';
import type { Service } from '../../shared/service.ts';
import { createDice } from './services.ts';

export interface PostsWanted {
  readonly count: number;
  readonly postsPerSecond: number;
  readonly startMs: number;
  readonly mentionShare: number;
  readonly services: readonly Service[];
  /** From this share of the posts on, a fifth of the mentions report that the first service is down; 1: none does. */
  readonly outageFrom: number;
}

/** A text of everyday posts is short; a post has two or three of them. */
const textBytes = 170;

/**
 * The posts as lines, in order of arrival. The time is the first field, in ms, and stands in the id too, both 13 digits
 * wide, so that `shiftTimes` can make later posts of the same bytes.
 */
export function writePosts(wanted: PostsWanted): Buffer {
  const { count, postsPerSecond, startMs, mentionShare, services, outageFrom } = wanted;
  const matcher = createMatcher(services);
  const names = (text: string): boolean => matcher.matchText(text).length > 0;
  const quiet = (one: { text: string }): boolean => !names(one.text);
  const traffic = (seed: string, share: number, seconds: number) => createTraffic({ seed, startMs, seconds, postsPerSecond, mentionShare: share, services });
  const samples = Math.ceil(20_000 / postsPerSecond);
  const everyday = [...traffic(`padding/${startMs}`, 0, samples)].filter(quiet);
  const naming = [...traffic(`naming/${startMs}`, 1, samples)].filter((post) => !quiet(post));
  const byLang = Map.groupBy(everyday, (post) => post.lang ?? 'en');
  const padding = (lang: string | undefined): readonly Post[] => byLang.get(lang ?? 'en') ?? everyday;
  const outage = reportTexts('en').map((text) => text.replaceAll(/#?whatsapp(down)?/gi, services[0]!.name)).filter(names);
  const roll = createDice(startMs / 1_000);
  const pieces: Buffer[] = [];
  let lines = '';
  let number = 0;
  for (const post of traffic(`everyday/${startMs}`, 0, Math.ceil(count / postsPerSecond))) {
    if (number >= count) break;
    number++;
    let { text, lang } = everyday[roll(everyday.length)]!;
    let reports = false;
    // the exact share, evenly spread
    if (Math.floor(number * mentionShare) > Math.floor((number - 1) * mentionShare)) {
      reports = number > outageFrom * count && roll(5) === 0;
      if (reports) [text, lang] = [outage[roll(outage.length)]!, 'en'];
      else ({ text, lang } = naming[roll(naming.length)]!);
    }
    while (text.length < textBytes && !reports) text += ` ${padding(lang)[roll(padding(lang).length)]!.text}`;
    const key = `${post.author}-${number}`.padEnd(24, 'a').slice(0, 24);
    lines += `${JSON.stringify({
      ts: post.ts,
      id: `at://${post.ts}/${key}`,
      author: `did:web:${post.author}`,
      ...(lang === undefined ? {} : { lang }),
      text,
      url: `https://posts.example/profile/${post.author}/post/${key}`,
    })}\n`;
    if (lines.length > 1 << 20) {
      pieces.push(Buffer.from(lines));
      lines = '';
    }
  }
  pieces.push(Buffer.from(lines));
  return Buffer.concat(pieces);
}

const timeAt = '{"ts":'.length;
const idTimeAt = timeAt + '1500000000000,"id":"at://'.length;
const digits = 13;

/** Moves the posts of `lines` (as `writePosts` made them) by `byMs` in place, so that they are other posts at another time. */
export function shiftTimes(lines: Buffer, byMs: number): void {
  for (let start = 0; start < lines.length; start = lines.indexOf(10, start) + 1) {
    let value = 0;
    for (let i = 0; i < digits; i++) value = value * 10 + lines[start + timeAt + i]! - 48;
    value += byMs;
    for (let i = digits - 1; i >= 0; i--) {
      const rest = Math.floor(value / 10);
      lines[start + timeAt + i] = lines[start + idTimeAt + i] = 48 + value - rest * 10;
      value = rest;
    }
  }
}
