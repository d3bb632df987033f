// What the reference says of names that code uses without describing them: topics, reasons that are no judge's, changes,
// addresses. The tests of reference.ts hold these lists against the code, so that none can be missing or left over.
import type { IncidentChange, IncidentState } from '../shared/incident.ts';
import type { Symptom } from '../shared/report.ts';
import type { topics } from '../shared/topics.ts';

type Said = readonly (readonly [code: string, means: string])[];

export const topicWords: Readonly<Record<keyof typeof topics, { writer: string; key: string; carries: string }>> = {
  observations: { writer: 'ingest', key: 'source; the partition is that of the service', carries: 'Frames: mentions, counts of posts read, watermark, state and cursor of one source' },
  incidents: { writer: 'detector', key: 'service', carries: 'IncidentEvents, each with a sequence number and the whole incident; Progress records, which say how far a partition has come' },
  rollups: { writer: 'detector', key: 'service', carries: "one service's minute: observed, expected, upper bound, symptoms, languages, reasons" },
  evidence: { writer: 'detector', key: 'incident/source/post', carries: 'one counted post with its text, apart from the incident so that the text can be erased' },
  alerts: { writer: 'hold', key: 'incident', carries: 'alerts as CloudEvents 1.0: the public contract for consumers' },
  snapshots: { writer: 'detector, hold, deliver', key: 'role/part/piece', carries: 'the state of a fold, committed with its outputs and offsets' },
  cursors: { writer: 'ingest', key: 'source', carries: 'how far each source has been accepted' },
  controls: { writer: '`outcry redrive`', key: 'kind/id', carries: 'what a person asked for: deliveries to be sent again' },
  deliveries: { writer: 'deliver, outbox', key: 'channel/alert', carries: 'the ledger: one delivery and how it stands' },
  deadLetters: { writer: 'outbox', key: 'reason', carries: 'deliveries that can not succeed, with why' },
};

export const symptomWords: Readonly<Record<Symptom, string>> = {
  down: 'does not work at all, no more said',
  login: "can't sign in, logged out, no code comes",
  connection: 'no network, no signal, disconnects',
  sending: "messages, calls, mail or uploads don't go or don't come",
  loading: "pages, feeds, videos or pictures don't load",
  app: "the app crashes or won't open",
  payment: 'cards, transfers, checkout, cash machines',
  slow: "so slow that it can't be used",
  error: 'error messages and codes',
  other: 'the text does not say',
};

export const stateWords: Readonly<Record<IncidentState, string>> = {
  suspected: 'the rate of reports has left its baseline',
  confirmed: 'it held for minutes, with enough reporters',
  easing: 'reports fall, not yet for long enough',
  resolved: 'reports were back to normal for the quiet time',
  retracted: 'the suspicion did not hold up',
};

export const changeWords: Readonly<Record<IncidentChange, string>> = {
  suspected: 'opened',
  confirmed: 'suspected became confirmed',
  updated: 'the same state, figures that people should hear of',
  easing: 'reports fall',
  relapsed: 'easing became confirmed again',
  resolved: 'over',
  reopened: 'a resolved incident came back within `reopenHours`: the same incident',
  retracted: 'withdrawn',
  erased: 'an author took back a post that was evidence; figures stay, its text goes',
};

/** Keys of a post whose names say it all to code. */
export const postWords: Readonly<Record<string, string>> = {
  id: "the post's id in its source; the same id is the same post",
  text: 'what was written; cut after 4,000 characters',
  author: 'who wrote it; past ingest only a keyed hash of it exists',
  source: 'where the collector found it',
  url: 'its address',
  replyTo: 'id of the post that this one answers',
};

export const dropReasons: Said = [
  ['not-json', 'the line or body is no JSON'],
  ['not-an-object', 'JSON, but no object'],
  ['no-id', '`id` is missing, empty or over 512 characters'],
  ['no-text', '`text` is missing or no text'],
  ['no-ts', '`ts` is missing'],
  ['bad-ts', '`ts` is neither ISO 8601 with a zone nor whole milliseconds since 1970'],
  ['ts-in-seconds', 'http: `ts` is a time in seconds, where milliseconds or ISO 8601 are asked for'],
  ['bad-author', '`author` is empty, over 512 characters, or not of the form of the network'],
  ['too-long', 'a line or message longer than any post'],
  ['future', 'dated more than 5 minutes ahead of its arrival'],
  ['sampled', 'mentions, not posts: of a service of whom more than 1,000 posts a second come one author in n is read, and stands for n'],
  ['no-service', 'backtest --reports: a row without a service'],
  ['other-language', 'bluesky: in none of the configured languages'],
  ['repeated', 'bluesky: seen before, after connecting again'],
  ['binary', 'bluesky: a binary message'],
  ['not-an-event', 'bluesky: JSON, but no event'],
  ['no-time', 'bluesky: without the time at the server'],
  ['bad-key', 'bluesky: a record key not of its form'],
];

export const readPastReasons: Said = [
  ['identity', 'a handle changed'],
  ['account', 'an account changed'],
  ['update', 'a post was edited'],
  ['other-collection', 'likes, follows and the like'],
  ['other-kind', 'an event of a kind that we do not know'],
];

export const recordReasons: Said = [
  ['frame-not-json', 'detector: the frame is no JSON'],
  ['frame-bad-shape', 'detector: the frame has another form'],
  ['mention-bad-shape', 'detector: a mention has another form; the rest of its frame counts'],
  ['notice-bad-shape', 'detector: a notice of a status page has another form; the rest of its frame counts'],
  ['tally-bad-shape', 'detector: a tally has another form; the rest of its frame counts'],
  ['notice-repeat', 'detector: the notice was there already'],
  ['tally-repeat', 'detector: this minute, or a later one, was tallied already'],
  ['service-unknown', 'detector: the service is not in the catalogue any more'],
  ['incident-not-json', 'hold: the record is no JSON'],
  ['incident-bad-shape', 'hold: the record has another form'],
  ['repeat', 'hold: that change has been told'],
  ['linked', 'hold: another incident of its group speaks for it; a channel whose routes want none of those before it hears it all the same'],
  ['linked-go-on', 'hold: the incident that speaks for a group is better, others of the group are not'],
  ['told-already', 'hold: what the alert of the group has said'],
  ['blamed', 'hold: its posts mostly speak of another service, which has an incident: noted, not told'],
  ['alert-empty', 'deliver: a record without a value'],
  ['alert-not-json', 'deliver: the alert is no JSON'],
  ['alert-bad-shape', 'deliver: the alert has another form'],
  ['no-channel', 'deliver: no channel is configured'],
  ['no-route', 'deliver: no route wants this alert'],
  ['delivery-not-json', 'outbox: the record of the ledger is no JSON'],
  ['delivery-bad-shape', 'outbox: the record of the ledger has another form'],
];

export const deliveryStates: Said = [
  ['pending', 'waits for its first attempt, or for the next one'],
  ['sent', 'the receiver has it'],
  ['skipped', 'a newer alert of the same incident took its place (channels that show only the newest)'],
  ['gone', 'the receiver wants no more; the channel rests until its configuration changes or a person redrives'],
  ['dead', "can't succeed, or was tried for a day: in the dead letters, and `outcry redrive` sends it again"],
];

export const deliveryReasons: Said = [
  ['http-STATUS', "the receiver's status; 2xx is sent, 410 is gone, 408, 425, 429 and 5xx are tried again, others are dead after six attempts"],
  ['slack-WORD', "Slack's own word for what is wrong"],
  ['timeout', 'no answer within 15 seconds'],
  ['name-not-found', 'the name has no address'],
  ['tls', 'no trusted connection'],
  ['unreachable', 'no connection'],
  ['url-invalid', 'no URL'],
  ['url-scheme', 'neither https nor allowed'],
  ['url-user-info', 'a user or password in the URL'],
  ['url-port', 'neither 443 nor 8443 nor allowed'],
  ['address-private', 'the name leads to a private or loopback address'],
  ['console-closed', 'standard output is closed'],
  ['channel-threw', 'the channel broke; tried again'],
  ['channel-gone', 'the channel said that it wants no more'],
  ['channel-removed', 'the channel is in the configuration no more'],
  ['superseded', 'a newer alert of the incident took its place'],
  ['payload-unreadable', 'the ledger holds what this version can not read'],
  ['gave-up-REASON', 'a day of attempts, the last of which ended so'],
  ['redriven', 'a person asked for it again'],
  ['redrive-STATE', 'it is in a state that needs no redrive'],
  ['redrive-old', 'asked for before the delivery ended'],
  ['redrive-unknown', 'no such delivery in the ledger'],
];

export const busCodes: Said = [
  ['full', 'no room left on the disk or under `storage.maxMegabytes`; what was accepted is kept, new posts wait'],
  ['read-only', "the data folder can't be written"],
  ['corrupt', 'the database is damaged; nothing was changed'],
  ['locked', 'another Outcry runs on the same folder'],
  ['closed', 'asked for after the end'],
  ['unavailable', 'the backend does not answer'],
];

export const routeWords: Readonly<Record<string, string>> = {
  'GET /': 'the board: all services, those in trouble first',
  'GET /s/:service': "the board's page of a service",
  'GET /i/:incident': "the board's page of an incident",
  'GET /arithmetic': 'how the figures come about, with the settings in force',
  'GET /assets/:name': "the board's own files; it loads nothing from anyone else",
  'GET /api/about': 'version, mode, event time, whether we are blind, trouble with the configuration file',
  'GET /api/services': 'all services as they stand, each with what its status page says (`official`); `?q=` finds by name',
  'GET /api/services/:id': 'a service with its last 24 hours, the events of its status page (`officialPage`) and what that says of its incident (`officialWord`)',
  'GET /api/incidents': 'the newest 500 incidents; `?service=` of one service',
  'GET /api/incidents/:id': 'an incident with its timeline, the official word on it (`official`: silence or delay, usual delay) and what was counted elsewhere (`tallied`)',
  'GET /api/incidents/:id/evidence': 'the posts that count, 100 a page; `?offset=`',
  'GET /api/sources': 'each source, its state and how fresh it is',
  'GET /api/deliveries': 'the ledger; `?state=` of one state',
  'GET /api/arithmetic': 'version and settings in force with their hash',
  'GET /api/events': 'server-sent events: what changes, as it changes; `?service=` of one service; goes on from `Last-Event-ID`',
  'GET /api/*': 'anything else under /api is 404 as JSON',
  'GET /healthz': '200 as long as the process answers',
  'GET /readyz': '200 when it is caught up and sees; else 503 with every reason',
  'GET /metrics': 'Prometheus metrics',
  'POST /v1/posts': 'source `http`: one post, a JSON array, or NDJSON, up to 1 MiB; 202 once durable; `Idempotency-Key` is honoured',
  'DELETE /v1/posts': 'source `http`: `?id=`, the author took this post back',
  'POST /v1/reports': "source `http`: a person's own report: `service`, and if they like `kind` (a symptom), `region`, `note`",
};
