// The console channel: an alert as one readable block of text. Strangers' words lose whatever a terminal obeys.
import { z } from 'zod';
import { stateTold, type Alert } from '../../shared/alert.ts';
import type { Evidence } from '../../shared/evidence.ts';
import { incidentUrl, quotedPosts, type ChannelDefinition } from '../channel.ts';
import { oneLine, plainLines } from '../strangers-text.ts';
import { localTime } from '../times.ts';
import { stateIcons } from '../words.ts';
import { alertHeadline, alertLines } from '../words-alert.ts';

const optionsSchema = z.strictObject({
  samples: z.number().int().min(0).max(5).default(2).describe('posts quoted when an incident opens or is confirmed'),
});

/** The block of an alert: headline, summary, quoted posts, where to read on. Times in `zone`. */
export function consoleBlock(alert: Alert, samples: readonly Evidence[], zone: string, publicUrl: string | null): string {
  const { incident, at } = alert;
  const state = stateTold(alert);
  const url = incidentUrl(publicUrl, incident.id);
  const lines = [
    `${stateIcons[state]} [${state}] ${alertHeadline(alert)}  ${localTime(at, at, zone)}`,
    ...alertLines(alert, zone).map((line) => `   ${line}`),
    ...samples.map(({ text, lang }) => `   “${oneLine(text ?? '', 140)}” (${oneLine(lang, 12)})`),
    `   ${url ?? `ID ${incident.id}`}`,
  ];
  return `${plainLines(lines.join('\n'))}\n`;
}

export const consoleChannel: ChannelDefinition<z.output<typeof optionsSchema>> = {
  name: 'console',
  summary: 'Prints each alert on standard output.',
  options: optionsSchema,
  coalesce: 'every',
  spacingMs: 0,
  create(options, deps) {
    return {
      async deliver(alert) {
        const samples = await quotedPosts(deps, alert, options.samples);
        const block = consoleBlock(alert, samples, deps.zone, deps.publicUrl);
        if (!deps.out.writable) return { outcome: 'never', reason: 'console-closed' };
        return new Promise((settle) => {
          deps.out.write(block, (error) => {
            settle(error ? { outcome: 'never', reason: 'console-closed' } : { outcome: 'delivered', ref: null });
          });
        });
      },
      check: async () => (deps.out.writable ? { ok: true, detail: 'standard output is open' } : { ok: false, detail: 'standard output is closed' }),
      stop: async () => {},
    };
  },
};
