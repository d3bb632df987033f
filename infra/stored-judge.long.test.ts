// What is kept between starts of the judge and the matcher, whole: it says what is made anew.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createJudge, type JudgedMention } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { createMatcher } from '../ingest/match.ts';
import { makeAnew } from '../shared/keep.ts';
import { readCatalog } from './config.ts';
import { createStored } from './stored.ts';

test('a judge and a matcher from what was kept say what fresh ones say; a changed lexicon and a changed catalogue count at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-stored-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keep = createStored(folder);
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
