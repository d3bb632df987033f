import { expect, test } from 'vitest';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { serviceSchema } from '../shared/service.ts';
import { backtest } from './backtest.ts';

const services = [serviceSchema.parse({ id: 'acme', name: 'Acme' })];
const post = (i: number) => JSON.stringify({ id: `p${i}`, ts: Date.UTC(2026, 0, 1) + i * 1_000, text: 'acme is down', author: `a${i}` });

test('files with CRLF, blank lines or a byte order mark are read as those without', async () => {
  for (const text of [`${post(1)}\n${post(2)}`, `\ufeff${post(1)}\r\n\r\n\n${post(2)}\r\n`]) {
    const result = await backtest({
      services, settings: detectorSettingsSchema.parse({}), judge: createJudge(readLexicons(), services), settingsHash: 'x',
      partitions: 1, framePosts: 10, reports: false, history: [], inputs: [Buffer.from(text)], progress: () => {},
    });
    expect([result.posts, result.dropped]).toEqual([2, {}]);
  }
});
