import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { aPost, aService, anAlert, evening, minute } from '../../test/fakes/incidents.ts';
import { aWord } from '../../test/fakes/official.ts';
import { maxBlocksLength, slackMessage, slackText } from './slack-message.ts';

const url = 'https://outcry.example';
const opened = anAlert(1, 'suspected', evening, {}, [aService('whatsapp', { name: 'WhatsApp', statusPage: 'https://status.example/whatsapp' })]);

test('five parts in order: headline with its state, figures, a post, one button, one link', () => {
  const { blocks, text } = slackMessage(opened, [aPost('it is down again')], 'Europe/Berlin', url);
  expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'actions', 'context']);
  expect(JSON.stringify(blocks[0])).toContain('🟠 WhatsApp: suspected outage');
  expect(JSON.stringify(blocks[1])).toContain('214 reports in 15 min, expected 6. Since 22:50 CEST.');
  expect(JSON.stringify(blocks[2])).toContain('>it is down again (en)');
  expect(JSON.stringify(blocks[3])).toContain(`${url}/i/${opened.incident.id}`);
  expect(JSON.stringify(blocks[4])).toContain('<https://status.example/whatsapp|Official status>');
  expect(text).toContain('WhatsApp: suspected outage. Reports suggest trouble');
});

test("a stranger's <!channel> stays words", () => {
  const post = aPost('<!channel> <!here> <@U123> @everyone <https://evil.example|click> & *bold* :fire: www.evil.example');
  const alert = anAlert(1, 'suspected', evening, { regions: { '<!here>': 9, '@all': 3 } });
  const sent = JSON.stringify(slackMessage(alert, [post], 'UTC', null));
  for (const live of ['<!', '<@', '@', '://', 'evil.example', '*bold*', ':fire:']) expect(sent).not.toContain(live);
  expect(sent).toContain('&lt;!channel&gt; &lt;!here&gt; &lt;＠U123&gt; ＠everyone');
});

test('the official word stands in the message, the page is linked once, and its title stays words', () => {
  const title = '<!channel> <https://evil.example|click> *all fine* :fire: @here';
  const official = aWord({ state: 'degraded', firstAt: evening + 12 * minute, lagMs: 12 * minute, title, url: 'https://evil.example/' });
  const alert = anAlert(2, 'confirmed', evening + 20 * minute, { official }, [aService('whatsapp', { name: 'WhatsApp', statusPage: 'https://status.example/whatsapp' })]);
  const message = slackMessage(alert, [], 'UTC', url);
  const sent = JSON.stringify(message);
  expect(message.text).toContain('Official status: first word after 12 min: “&lt;!channel&gt;');
  expect(sent).toContain('(degraded).');
  for (const live of ['<!', '<@', 'evil.example', '*all fine*', ':fire:', '@here']) expect(sent).not.toContain(live);
  expect(sent.match(/<https?:/g)).toEqual(['<https:']);
});

test("every message is within Slack's limits, whatever it is made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), fc.dictionary(fc.string({ maxLength: 40 }), fc.nat(1000), { maxKeys: 30 }), fc.string({ minLength: 1, maxLength: 80 }), (text, regions, name) => {
      const alert = anAlert(1, 'confirmed', evening, { regions }, [aService('whatsapp', { name })]);
      const message = slackMessage(alert, [aPost(text), aPost('&'.repeat(500)), aPost('<'.repeat(500))], 'UTC', url);
      expect(JSON.stringify(message.blocks).length).toBeLessThanOrEqual(maxBlocksLength);
      expect(message.text.length).toBeLessThanOrEqual(4_000);
      for (const { type, text: part } of message.blocks as { type: string; text?: { text: string } }[]) {
        expect(part?.text.length ?? 0).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
        expect(part?.text ?? 'x').not.toBe('');
      }
    }),
    { numRuns: 100 },
  );
});

test('a cut never falls into an escape', () => {
  expect(slackText('&&&', 8)).toBe('&amp;…');
  expect(slackText('<a>', 100)).toBe('&lt;a&gt;');
});
