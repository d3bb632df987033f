// Whether a text is set like a machine's: a status sign in front, a time with its zone, a code, names and values in a row.
// It looks at the form alone, so it is right for every language; the phrases of monitors are the lexicons' (`bot`).

interface Sign {
  readonly form: RegExp;
  readonly worth: number;
}

const signs: readonly Sign[] = [
  { form: /^\s*(?:[🔴🟠🟡🟢🔵✅❌⛔🤖📡📊🛑]|⚠\uFE0F?|ℹ\uFE0F?)/u, worth: 0.5 },
  { form: /^\s*[[【(]\s?[^\s\]】)][^\]】)]{1,24}[\]】)]/u, worth: 0.7 },
  { form: /^\s*(?:status|monitor|alert|alerta|alerte|alarm|uptime|watchdog|monitoring|мониторинг|статус)\b[^.!?]{0,30}?[:|]/iu, worth: 0.7 },
  // a time in a zone, or a time of day beside a count
  { form: /\b\d{1,2}:\d{2}(?::\d{2})?\s*(?:UTC|GMT|Z|CE?S?T|E[SD]T|P[SD]T|BRT|IST|WIB|МСК|JST|KST|Uhr\s*\()/u, worth: 0.6 },
  { form: /\b\d{2}:\d{2}:\d{2}\b|\b20\d\d-\d\d-\d\dT?\b/u, worth: 0.5 },
  { form: /(?:HTTP|status\s?code|statuscode|response code|code de réponse|код ответа|الخطأ)[\s/:.]*\d{3}/iu, worth: 0.6 },
  { form: /\b\d+\s?ms\b|\b\d{2,3}(?:\.\d+)?\s?% (?:uptime|packet loss)/iu, worth: 0.4 },
  { form: /(?:#|\bID[:\s]{1,2}|\bINC-?)\d{3,}/u, worth: 0.5 },
  // counts of reports within so many minutes, as trackers post them
  { form: /\b\d{1,3}(?:[.,\s]\d{3})+\b|\b\d{3,6}\b(?=\s+\p{L}{4,})/u, worth: 0.3 },
  { form: /\b(?:15|30|10|5|60)\s*(?:min\b|mins|minut|dk|dakika|dak|мин|分|دقيقة|मिनट|menit)/iu, worth: 0.4 },
  { form: /\b(?:monitor|uptime|downtime|probe|watchdog|bot|incident|checked|auto(?:mati|máti|matik)\p{L}*)\b/iu, worth: 0.4 },
];

/** without one of these no form is a machine's: most posts are done with here */
const possible = /^\s*(?:[[【(\u2000-\u2bff\ud83c-\ud83e]|status|monitor|alert|alarm|uptime|мони|стату)|[|]|\d:\d\d|#\d{3}|\d{3}/i;
/** "Status: degraded | Next update: 15:30": a name and a value, which people seldom write twice. */
const pair = /(?:^|[\s|.])\p{L}[\p{L} ]{1,20}:\s\S|\s\|\s/gu;

/** How much a raw text is set like a machine's message; 1 and more is one. Looks at the first 300 characters. */
export function machineForm(text: string): number {
  if (!possible.test(text)) return 0;
  const head = text.slice(0, 300);
  let form = 0;
  for (const { form: shape, worth } of signs) if (shape.test(head)) form += worth;
  if (form < 0.4) return form;
  const pairs = head.match(pair)?.length ?? 0;
  return form + (pairs >= 2 ? 0.5 : pairs === 1 ? 0.2 : 0);
}
