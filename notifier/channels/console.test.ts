import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { aPost, anAlert, evening, minute } from '../../test/fakes/incidents.ts';
import { aWord } from '../../test/fakes/official.ts';
import { consoleBlock, consoleChannel } from './console.ts';

const opened = anAlert(1, 'suspected', evening);

test('an alert is one block that reads alone, state as a word', () => {
  expect(consoleBlock(opened, [aPost('nothing goes out')], 'UTC', null).split('\n')).toEqual([
    '🟠 [suspected] WhatsApp: suspected outage  20:50 UTC',
    '   Reports suggest trouble with WhatsApp: 214 reports in 15 min, expected 6. Since 20:50 UTC.',
    '   Mostly: sending (61 %), login (22 %). DE 38 %, BR 17 %, US 9 %, other 7 %, unknown 29 %.',
    '   Confidence: medium (168 authors, 2 sources, 3 languages). Noticed 4 min after the estimated onset.',
    '   “nothing goes out” (en)',
    `   ID ${opened.incident.id}`,
    '',
  ]);
});

test('where a status page is read, its silence is a line of its own before the confidence', () => {
  const alert = anAlert(2, 'confirmed', evening + 42 * minute, { official: aWord({ usualMs: 35 * minute, usualOf: 7 }) });
  expect(consoleBlock(alert, [], 'UTC', null).split('\n')[3]).toBe('   Official status: silent for 42 min; usually 35 min (median of 7).');
});

test('no stranger moves the cursor or adds a line', () => {
  const official = aWord({ state: 'outage', firstAt: evening, lagMs: 0, title: '\u001b[2J\u202e\nPWNED: all clear' });
  const alert = anAlert(1, 'suspected', evening, { regions: { '\u001b[2J': 5 }, official });
  const block = consoleBlock(alert, [aPost('\u001b[31mred\r\nPWNED: all clear')], 'UTC', null);
  expect(block).not.toContain('\u001b');
  expect(block).not.toContain('\r');
  expect(block).not.toContain('\u202e');
  expect(block).toContain('“\ufffd[2J\ufffd PWNED: all clear” (outage)');
  expect(block).toContain('“\ufffd[31mred PWNED: all clear”');
});

test('it prints each alert, and says so when nobody can read it any more', async () => {
  const out = new PassThrough();
  const channel = consoleChannel.create({ samples: 2 }, { now: () => 0, evidence: async () => [aPost('no luck')], log: { info: () => {}, warn: () => {} }, publicUrl: 'https://outcry.example', zone: 'UTC', out });
  const attempt = { id: opened.id, attempt: 1, signal: new AbortController().signal };
  expect(await channel.deliver(opened, attempt)).toEqual({ outcome: 'delivered', ref: null });
  expect(String(out.read())).toContain(`“no luck” (en)\n   https://outcry.example/i/${opened.incident.id}\n`);
  out.end();
  expect(await channel.deliver(opened, attempt)).toEqual({ outcome: 'never', reason: 'console-closed' });
  expect((await channel.check()).ok).toBe(false);
});

test('an alert whose quotes can not be read is told without them', async () => {
  const out = new PassThrough();
  const evidence = async (): Promise<never> => {
    throw new Error('away');
  };
  const channel = consoleChannel.create({ samples: 2 }, { now: () => 0, evidence, log: { info: () => {}, warn: () => {} }, publicUrl: null, zone: 'UTC', out });
  expect(await channel.deliver(opened, { id: opened.id, attempt: 1, signal: new AbortController().signal })).toEqual({ outcome: 'delivered', ref: null });
});
