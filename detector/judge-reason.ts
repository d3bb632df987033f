// Why a mention was judged as it was: the closed list of reason codes, each with its one line of documentation.
// Owns the codes and their verdicts only; the rules that choose between them are in judge-weigh.ts and judge-mask.ts.
import type { Verdict } from '../shared/report.ts';

/** Every reason code: its verdict, the weight a report starts from (0..1) and what it means. */
export const reasons = [
  { code: 'outage-phrase', verdict: 'report', weight: 1, means: 'says first-hand that the service does not work now' },
  { code: 'question', verdict: 'report', weight: 0.8, means: 'asks whether it is down, or whether others have it too' },
  { code: 'same-here', verdict: 'report', weight: 0.6, means: 'joins in: same here, me too' },
  { code: 'assertive-joke', verdict: 'report', weight: 0.6, means: 'jokes about an outage that is going on' },
  { code: 'hashtag-down', verdict: 'report', weight: 0.9, means: 'a hashtag made of the name and down, outage or the like' },
  { code: 'error-code', verdict: 'report', weight: 0.9, means: 'quotes an error code or message of the service' },
  { code: 'button', verdict: 'report', weight: 1, means: 'sent through our own report form' },
  { code: 'recovery-phrase', verdict: 'recovery', weight: 1, means: 'says that it works again' },
  { code: 'no-outage-phrase', verdict: 'none', weight: 0, means: 'nothing in the text speaks of an outage' },
  { code: 'negated', verdict: 'none', weight: 0, means: 'denies the outage: not down, no problems here' },
  { code: 'past', verdict: 'none', weight: 0, means: 'tells of an outage that is over' },
  { code: 'headline', verdict: 'none', weight: 0, means: 'news, a link or hearsay about an outage' },
  { code: 'operator', verdict: 'none', weight: 0, means: 'the voice of an operator or a support desk' },
  { code: 'monitoring-bot', verdict: 'none', weight: 0, means: 'an automatic status message' },
  { code: 'own-device', verdict: 'none', weight: 0, means: "the writer's own device is at fault" },
  { code: 'own-account', verdict: 'none', weight: 0, means: "one person's account, order or contract" },
  { code: 'one-place', verdict: 'none', weight: 0, means: 'coverage at one place' },
  { code: 'other-service-blamed', verdict: 'none', weight: 0, means: 'the outage in the text belongs to another service' },
  { code: 'competitor-praised', verdict: 'none', weight: 0, means: 'this service is named as the one that works' },
  { code: 'other-sense', verdict: 'none', weight: 0, means: 'down, out or crash in another sense: feeling down, shut down for good' },
  { code: 'advert', verdict: 'none', weight: 0, means: 'marketing, tips or a product launch' },
  { code: 'planned-work', verdict: 'none', weight: 0, means: 'announced maintenance or a planned closure' },
  { code: 'ordinary-name', verdict: 'none', weight: 0, means: 'the name is an ordinary word here' },
  { code: 'slowness-only', verdict: 'none', weight: 0, means: 'slow or dear, but working' },
  { code: 'reply', verdict: 'none', weight: 0, means: 'answers a post that names the service, and neither joins in nor says that it works again' },
  { code: 'wish', verdict: 'none', weight: 0, means: 'a wish, a condition or speculation' },
] as const satisfies readonly { code: string; verdict: Verdict; weight: number; means: string }[];

export type Reason = (typeof reasons)[number]['code'];

/** The codes alone, in the order of the list. */
export const reasonCodes: readonly Reason[] = reasons.map((r) => r.code);
