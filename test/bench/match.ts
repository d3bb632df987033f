// What naming services costs a post, on one core: the scan in place for a short and a very long list of services, and the
// plain way beside it. Prints one JSON line a figure. Posts and names are drawn from a fixed seed; it uses no network.
import { Buffer } from 'node:buffer';
import type { Service } from '../../shared/service.ts';
import { createLineScanner } from '../../ingest/line.ts';
import { readLinePlainly } from '../../ingest/line-plain.ts';
import { createMatcher, type Matcher } from '../../ingest/match.ts';
import { createDice, drawWord, inventServices, scripts, syllables } from './services.ts';

const postCount = 20_000;
const namedShare = 0.05;
const rounds = 40;

/** NDJSON posts of about 400 bytes; one in eight in another script, one in ten with escapes. */
function postsOf(services: readonly Service[]): { buf: Buffer; bounds: Int32Array; bytes: number } {
  const roll = createDice(11);
  const lines: Buffer[] = [];
  const bounds = new Int32Array(postCount + 1);
  let bytes = 0;
  for (let n = 0; n < postCount; n++) {
    const parts = roll(8) === 0 ? scripts[roll(scripts.length)]! : syllables;
    const words = Array.from({ length: 18 + roll(22) }, () => drawWord(roll, parts));
    if (roll(1_000) < namedShare * 1_000) words[roll(words.length)] = services[roll(services.length)]!.name;
    if (roll(10) === 0) words.splice(2, 0, '"so"\n');
    const post = {
      id: `post-${n}-${roll(1e9)}`,
      ts: new Date(1.7e12 + n * 37).toISOString(),
      author: `author-${roll(1e9)}`,
      lang: 'en',
      text: words.join(' '),
      url: `https://posts.example/author-${roll(1e9)}/${roll(1e9)}`,
      source: 'bench',
    };
    const line = Buffer.from(`${JSON.stringify(post)}\n`);
    lines.push(line);
    bounds[n] = bytes;
    bytes += line.length;
  }
  bounds[postCount] = bytes;
  return { buf: Buffer.concat(lines), bounds, bytes };
}

/** The least of several rounds, in µs of CPU a post: what disturbs only adds. */
function microsecondsPerPost(round: () => void): number {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) {
    const before = process.cpuUsage();
    round();
    // The sum is exact; how it divides into user and system is guessed from clock ticks.
    const spent = process.cpuUsage(before);
    least = Math.min(least, spent.user + spent.system);
  }
  return least / postCount;
}

function print(bench: string, value: number, unit: string): void {
  console.log(JSON.stringify({ bench, value: Number(value.toPrecision(4)), unit }));
}

function measure(label: string, count: number): void {
  const services = inventServices(count);
  const began = process.cpuUsage().user;
  const matcher: Matcher = createMatcher(services);
  print(`match.build.${label}`, (process.cpuUsage().user - began) / 1_000, 'ms');
  const { buf, bounds, bytes } = postsOf(services);
  const scanner = createLineScanner(matcher);
  let named = 0;
  const scan = microsecondsPerPost(() => {
    named = 0;
    for (let n = 0; n < postCount; n++) if (scanner.scan(buf, bounds[n]!, bounds[n + 1]! - 1) === 'named') named++;
  });
  print(`match.scan.${label}`, scan, 'us/post');
  const texts = Array.from({ length: postCount }, (_, n) => (JSON.parse(buf.toString('utf8', bounds[n], bounds[n + 1])) as { text: string }).text);
  print(`match.text.${label}`, microsecondsPerPost(() => {
    for (const text of texts) matcher.matchText(text);
  }), 'us/post');
  if (label === 'services-300') {
    print('match.plain', microsecondsPerPost(() => {
      for (let n = 0; n < postCount; n++) readLinePlainly(buf.toString('utf8', bounds[n], bounds[n + 1]), matcher);
    }), 'us/post');
    print('match.post-bytes', bytes / postCount, 'bytes');
  }
  print(`match.named.${label}`, named / postCount, 'share');
}

measure('services-300', 300);
measure('services-10000', 10_000);
