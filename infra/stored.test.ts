import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createJudge, type JudgedMention } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { createMatcher } from '../ingest/match.ts';
import { makeAnew } from '../shared/keep.ts';
import { readCatalog } from './config.ts';
import { createStored } from './stored.ts';

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-stored-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'kept');
}

/** Keeps the double of a number in a folder; says how often it was made. */
function doubling(folder: string): { double: (n: number) => number; made: () => number } {
  let made = 0;
  const double = (n: number): number =>
    createStored(folder)('double', [n], () => {
      made++;
      return { numbers: Int32Array.of(2 * n) };
    }).numbers[0]!;
  return { double, made: () => made };
}

test('what was made once of the same inputs is not made again, and other inputs have their own', () => {
  const { double, made } = doubling(folderOf());
  expect([double(2), double(2), double(3), double(2)]).toEqual([4, 4, 6, 4]);
  expect(made()).toBe(2);
});

test('a file that is cut short, damaged or emptied is made anew and mended', () => {
  const folder = folderOf();
  const { double, made } = doubling(folder);
  double(2);
  const file = join(folder, readdirSync(folder)[0]!);
  const whole = readFileSync(file);
  const harms = [() => truncateSync(file, whole.length - 1), () => truncateSync(file, 5), () => writeFileSync(file, ''), () => writeFileSync(file, whole.map((byte, at) => (at === whole.length - 3 ? byte ^ 1 : byte)))];
  for (const harm of harms) {
    harm();
    expect(double(2)).toBe(4);
    expect(readFileSync(file).equals(whole)).toBe(true);
  }
  expect(made()).toBe(1 + harms.length);
});

test('where nothing can be kept all is made each time, and nobody hears of it', () => {
  const folder = folderOf();
  writeFileSync(folder, 'no folder');
  const { double, made } = doubling(folder);
  expect([double(2), double(2)]).toEqual([4, 4]);
  expect(made()).toBe(2);
});

test('of one name only the newest few are kept, and no unfinished file stays', () => {
  const folder = folderOf();
  const { double } = doubling(folder);
  for (let n = 0; n < 20; n++) double(n);
  expect(readdirSync(folder)).toHaveLength(8);
});

test('a judge and a matcher from what was kept say what fresh ones say; a changed lexicon and a changed catalogue count at once', () => {
  const keep = createStored(folderOf());
  const lexicons = readLexicons();
  const services = readCatalog();
  const texts = ['WhatsApp is down for me again', 'is netflix down or is it my wifi', 'WhatsApp ist seit einer Stunde tot', '微信崩了，消息发不出去', 'o whatsapp caiu', 'Netflix läuft wieder', '카카오톡 안됨', 'good morning', 'whatsapp çöktü mü', 'ล่มแล้ว whatsapp', '#netflixdown', 'bank of america app wont load'];
  const verdicts = (judge: ReturnType<typeof createJudge>, matcher: ReturnType<typeof createMatcher>): unknown[] =>
    texts.flatMap((text) => {
      const hits = matcher.matchText(text);
      const mentions = hits.map(({ service, by, name, ordinary }): JudgedMention => ({ text, service: services[service]!.id, by, name, ordinary, others: [] }));
      return [hits, judge.explain({ text }), ...mentions.map((mention) => judge.explain(mention))];
    });
  const fresh = verdicts(createJudge(lexicons, services), createMatcher(services));
  for (const round of ['made', 'kept']) {
    expect(readLexicons(keep), round).toEqual(lexicons);
    expect(verdicts(createJudge(readLexicons(keep), services, keep), createMatcher(services, keep)), round).toEqual(fresh);
  }
  const english = (own: typeof keep, also: string) => createJudge(lexicons.filter((one) => one.lang === 'en').map((one) => ({ ...one, noneOfIt: [...one.noneOfIt, also] })), [], own).judgeText('this thing is down again tonight');
  for (const also of ['again tonight', 'never mind']) expect(english(keep, also)).toEqual(english(makeAnew, also));
  const renamed = services.map((service) => (service.id === 'netflix' ? { ...service, names: [...service.names, 'redflicks'] } : service));
  expect(createMatcher(services, keep).matchText('redflicks is down')).toEqual([]);
  expect(createMatcher(renamed, keep).matchText('redflicks is down').map(({ service }) => services[service]!.id)).toEqual(['netflix']);
}, 120_000);
