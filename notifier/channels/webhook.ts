// The webhook channel: Standard Webhooks 1.0.0. Every alert in order, signed, at least once, with the same webhook-id on
// every retry. It carries references to posts, never their text, so that nothing has to be taken back from subscribers.
import { z } from 'zod';
import { alertType, type Alert } from '../../shared/alert.ts';
import type { OfficialWord } from '../../shared/incident.ts';
import { incidentUrl, type ChannelDefinition } from '../channel.ts';
import { createGuardedFetch, tellRefusedUrl, type Resolve } from '../guarded-fetch.ts';
import { httpOutcome } from '../http-outcome.ts';
import { decodeSecret, signedHeaders, webhookId } from '../standard-webhook.ts';
import { oneLine } from '../strangers-text.ts';

/** Standard Webhooks asks for bodies of at most 20 kB. */
export const maxBodyBytes = 20_000;
const maxLink = 2_000;

const secretSchema = z.string().superRefine((secret, context) => {
  const decoded = decodeSecret(secret);
  if ('reason' in decoded) context.addIssue({ code: 'custom', message: `a webhook secret ${decoded.reason}` });
});

const optionsSchema = z
  .strictObject({
    url: z.string().max(2_000).describe('where events are posted; https, port 443 or 8443'),
    secrets: z
      .array(secretSchema)
      .min(1)
      .max(5)
      .describe('`whsec_` and base64 of 24 to 64 random bytes; each signs, so put a new one beside the old while subscribers change over'),
    allowPrivate: z.boolean().default(false).describe('let private and loopback addresses through; only for receivers in your own network'),
    allowHttp: z.boolean().default(false).describe('let http through; anyone on the way can then read the events'),
  })
  .superRefine(tellRefusedUrl);

function largest(counts: Readonly<Record<string, number>>, most: number): Record<string, number> {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const rest = rows.slice(most).reduce((sum, [, n]) => sum + n, 0);
  return Object.fromEntries([...rows.slice(0, most), ...(rest > 0 ? ([['other', rest]] as const) : [])]);
}

function shorterWord(word: OfficialWord, most: number): OfficialWord {
  const { title, url, components } = word;
  return {
    ...word,
    title: title === null ? null : oneLine(title, 200),
    url: url !== null && url.length > maxLink ? null : url,
    components: components.slice(0, most).map((component) => oneLine(component, 80)),
  };
}

/**
 * The body of an alert's event: `{type, timestamp, data}`, timestamp being the event's time. At most 20 kB: the weakest
 * evidence goes first, then the rare languages, countries and sources, added up as `other`, the latest members of a group,
 * and of a long official word the end of its title, some components and a link that is too long to be one.
 */
export function webhookBody(alert: Alert, publicUrl: string | null): string {
  const url = incidentUrl(publicUrl, alert.incident.id);
  const render = (incident: Alert['incident'], group = alert.group): string =>
    JSON.stringify({ type: alertType(alert), timestamp: new Date(alert.at).toISOString(), data: { ...alert, group, incident, ...(url === null ? {} : { url }) } });
  const fits = (body: string): boolean => Buffer.byteLength(body) <= maxBodyBytes;
  const { incident } = alert;
  const evidence = incident.evidence.toSorted((a, b) => b.weight - a.weight);
  let body = render(incident);
  for (let most = evidence.length - 1; most >= 0 && !fits(body); most = most > 0 ? Math.floor(most / 2) : -1) {
    body = render({ ...incident, evidence: evidence.slice(0, most) });
  }
  for (let most = 64; most >= 4 && !fits(body); most /= 2) {
    const { group } = alert;
    const shorter: Alert['incident'] = {
      ...incident,
      evidence: [],
      languages: largest(incident.languages, most),
      regions: largest(incident.regions, most),
      sources: largest(incident.sources, most),
      ...(incident.official === undefined ? {} : { official: shorterWord(incident.official, most) }),
    };
    body = render(shorter, group === null ? null : { ...group, members: group.members.slice(0, most) });
  }
  return body;
}

/** The webhook channel over a given resolver; the registry's one uses the system's. */
export function webhookChannelWith(resolve?: Resolve): ChannelDefinition<z.output<typeof optionsSchema>> {
  return {
    name: 'webhook',
    summary: 'Posts each alert as a signed event (Standard Webhooks 1.0.0), in order and at least once.',
    options: optionsSchema,
    coalesce: 'every',
    spacingMs: 0,
    create(options, deps) {
      const { allowPrivate, allowHttp } = options;
      const client = createGuardedFetch({ allowPrivate, allowHttp, ...(resolve === undefined ? {} : { resolve }) });
      if (allowPrivate || allowHttp) deps.log.warn({ allowPrivate, allowHttp }, 'a webhook may reach private addresses or use plain http');
      return {
        async deliver(alert, { id, attempt, signal }) {
          const body = webhookBody(alert, deps.publicUrl);
          const reply = await client.post(options.url, signedHeaders(options.secrets, webhookId(id), deps.now(), body), body, signal);
          return httpOutcome(reply, attempt, deps.now());
        },
        async check() {
          const reply = await client.reach(options.url);
          return reply.kind === 'answer' ? { ok: true, detail: 'the receiver accepts connections' } : { ok: false, detail: `the receiver can not be reached: ${reply.reason}` };
        },
        stop: () => client.close(),
      };
    },
  };
}

export const webhookChannel = webhookChannelWith();
