// The Slack message of an alert as Block Kit: headline, what and how much, quoted posts, one button, one link. Pure.
// Everything is escaped, and a stranger's words can neither call anybody nor link anywhere.
import { stateTold, type Alert } from '../../shared/alert.ts';
import type { Evidence } from '../../shared/evidence.ts';
import { incidentUrl } from '../channel.ts';
import { lifeless, oneLine, plainLines } from '../strangers-text.ts';
import { stateIcons } from '../words.ts';
import { alertHeadline, alertLines } from '../words-alert.ts';

// Slack's limits: header 150, section text 3,000, url 3,000, fallback text best under 4,000; and the sum of all blocks,
// which fails a little above 13,200 characters.
const maxHeader = 150;
const maxSection = 3_000;
const maxUrl = 3_000;
const maxText = 4_000;
export const maxBlocksLength = 13_000;

type Block = Readonly<Record<string, unknown>>;

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escaped for Slack and at most so long; what is cut is never cut inside an escape. */
export function slackText(text: string, most: number): string {
  let out = '';
  for (const point of plainLines(text)) {
    const next = entities[point] ?? point;
    if (out.length + next.length > most - 1) return `${out}…`;
    out += next;
  }
  return out;
}

function quote({ text, lang }: Evidence): string {
  return `>${slackText(lifeless(`${oneLine(text ?? '', 200)} (${oneLine(lang, 12)})`), 900)}`;
}

/** The message, within Slack's limits whatever the alert and the samples hold; samples are left out first. */
export function slackMessage(alert: Alert, samples: readonly Evidence[], zone: string, publicUrl: string | null): SlackMessage {
  const { incident, service } = alert;
  const state = stateTold(alert);
  const title = alertHeadline(alert);
  // A country code comes from the source and is as foreign as the text.
  const lines = alertLines(alert, zone).map((line, i) => (i === 0 ? line : lifeless(line)));
  const url = incidentUrl(publicUrl, incident.id);
  const blocks: Block[] = [
    { type: 'header', text: { type: 'plain_text', emoji: true, text: slackText(`${stateIcons[state]} ${title}`, maxHeader) } },
    { type: 'section', text: { type: 'mrkdwn', verbatim: true, text: slackText(lines.join('\n'), maxSection) } },
  ];
  for (const sample of samples) blocks.push({ type: 'section', text: { type: 'mrkdwn', verbatim: true, text: quote(sample) } });
  if (url !== null && url.length <= maxUrl) {
    blocks.push({ type: 'actions', elements: [{ type: 'button', style: 'primary', action_id: 'open', url, text: { type: 'plain_text', text: 'Open incident' } }] });
  }
  const official = service.statusPage === null ? '' : `<${encodeURI(service.statusPage).replace(/[|<>]/g, '')}|Official status>  ·  `;
  blocks.push({ type: 'context', elements: [{ type: 'mrkdwn', text: `${official}${state}  ·  ID ${slackText(incident.id, 200)}` }] });
  while (JSON.stringify(blocks).length > maxBlocksLength && blocks.length > 3) blocks.splice(2, 1);
  return { text: slackText(`${title}. ${lines.join(' ')}`, maxText), blocks, unfurl_links: false, unfurl_media: false };
}
