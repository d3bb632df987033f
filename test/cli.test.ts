// The command line as a person or a script uses it: every command as a child process, its formats to the field, its
// words when something is wrong.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOutcry, startOutcry } from './child.ts';
import { openReceiver } from './fakes/receiver.ts';
import { outageFile } from './generators/outage-lines.ts';

const from = Date.UTC(2026, 4, 3, 20);
let folder = '';

const outcry = (args: readonly string[], stdin?: string) => runOutcry(args, stdin === undefined ? { cwd: folder } : { cwd: folder, stdin });
const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const ndjson = <T>(text: string): T[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcry-cli-'));
  put('outage.ndjson', outageFile({ fromMs: from, minutes: 10, perMinute: 40, calmMinutes: 20, prefix: 'o', post: () => ({}) }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every command that help names tells its own help, and a wrong one is refused with the way to help', async () => {
  const { output, code } = await outcry(['--help']);
  expect(code).toBe(0);
  const names = [...output.slice(output.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map((found) => found[1]!).filter((name) => name !== 'help');
  expect(names).toEqual(expect.arrayContaining(['run', 'replay', 'init', 'check', 'doctor', 'explain', 'tail', 'redrive', 'judge', 'catalogue', 'backtest', 'series', 'backup', 'restore']));
  for (const name of names) {
    const help = await outcry([name, '--help']);
    expect([name, help.code, help.output.split('\n')[0]]).toEqual([name, 0, expect.stringMatching(new RegExp(`^Usage: outcry ${name}`))]);
  }
  const wrong = await outcry(['jugde']);
  expect([wrong.code, wrong.errors]).toEqual([1, expect.stringMatching(/unknown command 'jugde'[\s\S]*--help/)]);
});

test('catalogue lists by tag, finds by a piece of a name, and shows what fails with a service', async () => {
  const all = ndjson<{ id: string; tags: string[] }>((await outcry(['catalogue', 'list', '--json'])).output);
  expect(all.length).toBeGreaterThanOrEqual(400);
  const banks = (await outcry(['catalogue', 'list', '--tag', 'bank'])).output.trim().split('\n');
  expect(banks.length).toBe(all.filter(({ tags }) => tags.includes('bank')).length);
  const wrong = await outcry(['catalogue', 'list', '--tag', 'banks']);
  expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('there are ')]);
  const found = (await outcry(['catalogue', 'search', 'WHATS'])).output;
  expect(found).toContain('whatsapp');
  const shown = (await outcry(['catalogue', 'search', 'cloudflare'])).output;
  expect(shown).toMatch(/status page +https:\/\/[\s\S]*fails with it +.*discord/);
  const missed = await outcry(['catalogue', 'search', 'whatsaqq']);
  expect([missed.code, missed.errors]).toEqual([1, expect.stringContaining('did you mean whatsapp')]);
});

test('catalogue test says which texts a name is found in, also one that is not in the catalogue yet, and refuses one that is taken', async () => {
  put('samples.txt', 'Blixbank is down\nmy blixbanking days\n#BlixBank again\n{"id":"1","text":"WhatsApp \\u001b[31m and blixbank"}\n');
  const { output, code } = await outcry(['catalogue', 'test', 'Blixbank', 'samples.txt']);
  expect(code).toBe(0);
  expect(output.trim().split('\n')).toEqual([
    'name blixbank: Blixbank is down',
    'hashtag blixbank: #BlixBank again',
    'name blixbank, beside whatsapp: WhatsApp \ufffd[31m and blixbank',
    'Blixbank is found in 3 of 4 texts',
  ]);
  const json = ndjson<{ by: string; others: string[] }>((await outcry(['catalogue', 'test', 'whatsapp', 'samples.txt', '--json'])).output);
  expect(json).toEqual([expect.objectContaining({ by: 'name', others: [] })]);
  const ordinary = (await outcry(['catalogue', 'test', 'Blix', '--ordinary'], 'what a blix\n')).output;
  expect(ordinary).toContain('in 1 as an ordinary word');
  const taken = await outcry(['catalogue', 'test', '#whatsapp', 'samples.txt']);
  expect([taken.code, taken.errors]).toEqual([1, expect.stringContaining('already means')]);
});

const judgedKeys = ['id', 'verdict', 'services', 'lang', 'symptom', 'reason', 'weight', 'mentions'];

test('judge answers one line for each, in the same order and with exactly the fields of its contract; a bad line is told by its number', async () => {
  const lines = [
    JSON.stringify({ id: 'a', ts: '2026-05-03T20:00:00Z', text: 'WhatsApp is down, messages are not sending', author: 'u1' }),
    'no json at all',
    JSON.stringify({ id: 'b', ts: '2026-05-03T20:00:00Z', text: 'WhatsApp geht wieder', author: 'u2', lang: 'de' }),
    JSON.stringify({ ts: 1, text: 'no id' }),
    '',
    JSON.stringify({ id: 'c', text: 'what a lovely evening' }),
    JSON.stringify({ id: 'd', text: 'WhatsApp and Telegram are both down' }),
    '[]',
  ];
  const { output, code } = await outcry(['judge'], `${lines.join('\n')}\n`);
  expect(code).toBe(0);
  const found = ndjson<Record<string, unknown>>(output);
  expect(found.map((one) => one['id'] ?? one)).toEqual(['a', { line: 2, error: 'not-json' }, 'b', { line: 4, error: 'no-id' }, 'c', 'd', { line: 8, error: 'not-an-object' }]);
  for (const one of found.filter((each) => 'id' in each)) {
    expect(Object.keys(one)).toEqual(judgedKeys);
    for (const mention of one['mentions'] as object[]) expect(Object.keys(mention)).toEqual(['service', 'verdict', 'symptom', 'reason', 'weight']);
  }
  expect(found[0]).toMatchObject({ verdict: 'report', services: ['whatsapp'], lang: 'en' });
  expect(found[2]).toMatchObject({ verdict: 'recovery', services: ['whatsapp'], lang: 'de' });
  expect(found[4]).toMatchObject({ verdict: 'none', services: [], symptom: null, mentions: [] });
  expect([...(found[5]!['services'] as string[])].toSorted()).toEqual(['telegram', 'whatsapp']);
  const fromFile = await outcry(['judge', 'outage.ndjson']);
  expect(ndjson<{ id: string }>(fromFile.output).map(({ id }) => id)).toEqual(ndjson<{ id: string }>(readFileSync(join(folder, 'outage.ndjson'), 'utf8')).map(({ id }) => id));
});

interface BacktestJson {
  readonly incidents: { id: string; service: string; onset: string; openedAt: string; confirmedAt: string | null; resolvedAt: string | null; state: string; peak: number; reporters: number; evidence: string[] }[];
  readonly truth?: Record<string, unknown>;
  readonly dropped: Record<string, number>;
}

async function backtest(...args: string[]): Promise<BacktestJson> {
  const { output, code, errors } = await outcry(['backtest', '--json', ...args]);
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(output) as BacktestJson;
}

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

test('backtest --json holds the incident with the fields of its contract, and --truth adds precision, recall and delays', async () => {
  put('truth.json', JSON.stringify([
    { service: 'whatsapp', start: '2026-05-03T20:00:00Z', end: '2026-05-03T20:30:00Z' },
    { service: 'telegram', start: '2026-05-03T20:00:00+02:00', end: null },
  ]));
  const found = await backtest('outage.ndjson', '--truth', 'truth.json');
  expect(found.incidents).toHaveLength(1);
  const [one] = found.incidents;
  expect(one).toMatchObject({ service: 'whatsapp', state: 'confirmed', onset: isoTime, openedAt: isoTime, confirmedAt: isoTime, resolvedAt: null, peak: expect.any(Number), reporters: expect.any(Number) });
  expect(one!.evidence.every((id) => /^o-\d+$/.test(id))).toBe(true);
  expect(new Set(one!.evidence).size).toBe(one!.evidence.length);
  expect(found.truth).toMatchObject({ precision: 1, recall: 0.5, found: 1, missed: 1, falseAlarms: 0, delaysMinutes: [expect.any(Number), null] });
  const text = await outcry(['backtest', 'outage.ndjson', '--truth', 'truth.json']);
  expect(text.output).toMatch(/whatsapp: since .*[\s\S]*precision 1\.000, recall 0\.500/);
});

test('backtest --diff tells which alerts another configuration adds, loses or moves, and by how many minutes', async () => {
  // a report every six seconds, so that who asks for fewer people sees it so much sooner
  put('slow.ndjson', outageFile({ fromMs: from, minutes: 20, perMinute: 10, calmMinutes: 20, prefix: 's', post: () => ({}) }));
  put('bold.yaml', 'detection: { budgetPerServiceYear: 1000, minReporters: 3 }\n');
  put('deaf.yaml', 'services: { mode: replace, list: [{ id: telegram }] }\n');
  const [alert] = (await backtest('slow.ndjson')).incidents;
  const { diff: bolder } = await backtest('slow.ndjson', '--diff', 'bold.yaml') as unknown as { diff: { moved: { openedMinutes: number; before: { id: string }; after: { openedAt: string } }[]; added: unknown[]; gone: unknown[] } };
  expect([bolder.added, bolder.gone, bolder.moved.length]).toEqual([[], [], 1]);
  expect(bolder.moved[0]!.before.id).toBe(alert!.id);
  expect(bolder.moved[0]!.openedMinutes).toBeCloseTo((Date.parse(bolder.moved[0]!.after.openedAt) - Date.parse(alert!.openedAt)) / 60_000, 1);
  expect(bolder.moved[0]!.openedMinutes).toBeLessThan(0);
  const gone = await outcry(['backtest', 'slow.ndjson', '--diff', 'deaf.yaml']);
  expect(gone.output).toMatch(/^the settings: 1 alerts; deaf\.yaml: 0; 0 of them the same\ngone: whatsapp: opened .*\n$/);
  expect((await outcry(['backtest', 'slow.ndjson', '--config', 'deaf.yaml', '--diff', 'bold.yaml'])).output).toContain('\nadded: whatsapp: opened ');
});

test('backtest --diff with --truth scores both, and says which lines it could not read', async () => {
  put('slow.ndjson', `no json\n${outageFile({ fromMs: from, minutes: 20, perMinute: 10, calmMinutes: 20, prefix: 's', post: () => ({}) })}`);
  put('deaf.yaml', 'services: { mode: replace, list: [{ id: telegram }] }\n');
  put('truth.json', JSON.stringify([{ service: 'whatsapp', start: '2026-05-03T20:00:00Z', end: null }]));
  const { output } = await outcry(['backtest', 'slow.ndjson', '--diff', 'deaf.yaml', '--truth', 'truth.json']);
  expect(output).toMatch(/\nthe settings: precision 1\.000, recall 1\.000, .*\ndeaf\.yaml: precision n\/a, recall 0\.000, .*\n1 lines dropped: not-json\n$/);
  const json = JSON.parse((await outcry(['backtest', 'slow.ndjson', '--json', '--diff', 'deaf.yaml', '--truth', 'truth.json'])).output) as { truth: object; diff: { truth: object } };
  expect([json.truth, json.diff.truth]).toMatchObject([{ found: 1 }, { found: 0 }]);
});

test('an outage of the truth whose service is not watched is told with the id that was meant', async () => {
  put('named-truth.json', JSON.stringify([{ service: 'WhatsApp', start: '2026-05-03T20:00:00Z', end: null }]));
  const { output, errors, code } = await outcry(['backtest', 'outage.ndjson', '--truth', 'named-truth.json']);
  expect([code, errors]).toEqual([0, 'outcry: named-truth.json: no service has the id WhatsApp, so its outages count as missed; did you mean whatsapp?\n']);
  expect(output).toContain('recall 0.000');
});

test('a replay tells at its end what it read, what came late and what it could not read', async () => {
  const [first, ...rest] = outageFile({ fromMs: from, minutes: 1, perMinute: 10, calmMinutes: 0, prefix: 'r', post: () => ({}) }).trimEnd().split('\n');
  put('odd.ndjson', `${[...rest, first, 'id,ts,text', '{}'].join('\n')}\n`);
  const { output, errors, code } = await outcry(['replay', 'odd.ndjson', '--port', '0']);
  expect([code, output]).toEqual([0, '']);
  expect(errors).toMatch(/\n10 posts read, 1 of them late: .*\n1 lines dropped: not-json\n1 lines dropped: no-text\n$/);
});

test('backtest --reports takes rows already judged, of services that no catalogue knows, each its own author where none is given', async () => {
  const quiet = Array.from({ length: 120 }, (_, i) => ({ ts: new Date(from - 7_200_000 + i * 60_000).toISOString(), ...(i % 2 === 0 ? { service: 'water-of-here', author: `w${i}` } : {}) }));
  const rows = [...quiet, ...Array.from({ length: 200 }, (_, i) => ({ ts: from + i * 1_500, service: 'grid-of-here' }))];
  put('rows.ndjson', `${rows.map((row) => JSON.stringify(row)).join('\n')}\nbroken\n`);
  const found = await backtest('rows.ndjson', '--reports');
  expect(found.incidents.map(({ service }) => service)).toEqual(['grid-of-here']);
  expect(found.dropped).toEqual({ 'no-service': 60, 'not-json': 1 });
});

test('backtest --history warms the baseline and alerts of nothing in it', async () => {
  put('history.ndjson', outageFile({ fromMs: from - 86_400_000, minutes: 10, perMinute: 40, calmMinutes: 20, prefix: 'y', post: () => ({}) }));
  const found = await backtest('outage.ndjson', '--history', 'history.ndjson');
  expect(found.incidents.map(({ openedAt }) => openedAt.slice(0, 10))).toEqual(['2026-05-03']);
});

test('what can not be read is said in one line that names it, with exit code 1 and nothing on standard output', async () => {
  put('bad-truth.json', '[{"service":"whatsapp","start":"yesterday"}]');
  put('plain.yaml', 'listen: { port: 0 }\ndata: ./plain\nsources: { file: { type: lines, file: outage.ndjson } }\n');
  put('cluster.yaml', JSON.stringify({ backend: 'kafka', kafka: { brokers: ['127.0.0.1:1'] }, privacy: { authorKey: 'a key of sixteen letters' } }));
  put('back-truth.json', '[{"service":"whatsapp","start":"2026-05-03T20:00:00Z","end":"2026-05-03T19:00:00Z"}]');
  put('no.json', '{');
  const wrong: [string[], RegExp][] = [
    [['backtest', 'nosuch.ndjson'], /can't read nosuch\.ndjson: ENOENT/],
    [['backtest', 'outage.ndjson', '--truth', 'nosuch.json'], /can't read nosuch\.json/],
    [['backtest', 'outage.ndjson', '--truth', 'no.json'], /no\.json is no JSON/],
    [['backtest', 'outage.ndjson', '--truth', 'bad-truth.json'], /bad-truth\.json: .*ISO 8601/],
    [['backtest', 'outage.ndjson', '--truth', 'back-truth.json'], /back-truth\.json: 0\.end: .*before its start/],
    [['backtest', 'outage.ndjson', '--partitions', 'many'], /--partitions takes a whole number from 1, not many/],
    [['backtest', 'outage.ndjson', '--frame-posts', '0'], /--frame-posts takes/],
    [['backtest'], /missing required argument/],
    [['judge', 'nosuch.ndjson'], /can't read nosuch\.ndjson: ENOENT/],
    [['series', 'nosuch.csv'], /can't read nosuch\.csv/],
    [['check', 'nosuch.yaml'], /no nosuch\.yaml: `outcry init` writes one/],
    [['run', '--config', 'nosuch.yaml'], /can't read .*nosuch\.yaml/],
    [['replay', 'nosuch.ndjson'], /can't read nosuch\.ndjson/],
    [['replay', 'outage.ndjson', '--speed', 'fast'], /--speed takes/],
    [['replay', 'outage.ndjson', '--port', '99999'], /--port takes a whole number from 0 to 65535, not 99999/],
    [['run', '--config', 'plain.yaml', '--data', 'elsewhere'], /--data is the demonstration's: set `data` in plain\.yaml/],
    [['run', '--config', 'plain.yaml', '--speed', '5'], /--speed is the demonstration's: set `speed` in plain\.yaml/],
    [['run', '--demo', '--port', 'http'], /--port takes a whole number from 0 to 65535, not http/],
    [['run', '--demo', '--speed', 'fast'], /--speed takes a number over 0 or max, not fast/],
    [['judge', '--text', 'WhatsApp is down', 'outage.ndjson'], /--text judges one text, and outage\.ndjson is a file/],
    [['judge', '--lang', 'de', 'outage.ndjson'], /--lang belongs to --text/],
    [['tail', 'posts'], /`alerts` or `incidents`, not posts/],
    [['backup', 'copy.db', '--config', 'cluster.yaml'], /keeps its log on Kafka: `outcry backup` is for `backend: embedded`/],
    [['restore', 'copy.db', '--config', 'cluster.yaml'], /keeps its log on Kafka: `outcry restore` is for `backend: embedded`/],
    [['restore', 'nosuch.db'], /nosuch\.db/],
    [['backup', 'copy.db', '--config', 'nosuch.yaml'], /nosuch\.yaml/],
  ];
  for (const [args, words] of wrong) {
    const { code, output, errors } = await outcry(args);
    expect([args.join(' '), code, output, errors]).toEqual([args.join(' '), 1, '', expect.stringMatching(words)]);
    expect(errors).not.toMatch(/^\s+at /m);
  }
});

test('series gives back every point in order with a score from 0 to 1, alerts at a burst, and tells bad rows by their line', async () => {
  const values = Array.from({ length: 3_000 }, (_, i) => (i >= 2_500 && i < 2_510 ? 400 : 10 + ((i * 7) % 5)));
  const rows = values.map((value, i) => `${new Date(Date.UTC(2026, 0, 1) + i * 300_000).toISOString().slice(0, 19).replace('T', ' ')},${value}`);
  put('counts.csv', `timestamp,value\n${rows.join('\n')}\nnot,a,row\n`);
  const { code, output, errors } = await outcry(['series', 'counts.csv']);
  expect(code).toBe(0);
  expect(errors).toMatch(/^counts\.csv:3002: /);
  const [head, ...scored] = output.trimEnd().split('\n');
  expect(head).toBe('timestamp,value,anomaly_score');
  expect(scored.map((line) => line.slice(0, line.lastIndexOf(',')))).toEqual(rows);
  const scores = scored.map((line) => Number(line.slice(line.lastIndexOf(',') + 1)));
  expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
  expect(scores.slice(2_500, 2_510).some((score) => score >= 0.5)).toBe(true);
});

test('a command that opens no source and no channel asks for none of their secrets; one on files alone for none at all', async () => {
  put('secret.yaml', 'data: ./ended\nsources: { x: { type: x, bearerToken: "${NO_TOKEN}" } }\nchannels: { hook: { type: slack-webhook, url: "${NO_URL}" } }\nroutes: [{ to: [hook] }]\n');
  expect(await outcry(['tail', 'alerts', '--end', '--config', 'secret.yaml'])).toMatchObject({ code: 1, errors: expect.stringMatching(/^outcry: there is no \S+outcry\.db yet/) as string });
  expect((await outcry(['run', '--config', 'secret.yaml'])).errors).toMatch(/secret\.yaml:2: the environment has no NO_TOKEN[^]*secret\.yaml:3: the environment has no NO_URL/);
  put('cluster.yaml', 'backend: kafka\nkafka: { brokers: ["${NO_BROKER}"] }\nprivacy: { authorKey: "${NO_KEY}" }\nchannels: { hook: { type: slack-webhook, url: "${NO_URL}" } }\n');
  expect(await outcry(['judge', '--text', 'whatsapp is down', '--config', 'cluster.yaml'])).toMatchObject({ code: 0, output: expect.stringContaining('report') as string });
  expect(await outcry(['backtest', 'outage.ndjson', '--config', 'cluster.yaml'])).toMatchObject({ code: 0 });
});

test('check tells every problem at once, each with its line and the nearest name', async () => {
  put('bad.yaml', 'sorces: {}\nlisten:\n  prot: 1\nlogLevel: loud\npartitions: 0\n');
  const { code, errors, output } = await outcry(['check', 'bad.yaml']);
  expect([code, output]).toEqual([1, '']);
  for (const words of [/bad\.yaml:1: unknown key `sorces`; did you mean `sources`\?/, /bad\.yaml:3: unknown key `prot`; did you mean `port`\?/, /bad\.yaml:4: /, /bad\.yaml:5: /]) expect(errors).toMatch(words);
});

test('check and run say that nothing will be heard where no source brings posts', async () => {
  put('deaf.yaml', JSON.stringify({ data: './deaf', listen: { port: 0 }, sources: { pages: { type: 'status', services: ['no-such-service'] } } }));
  expect(await outcry(['check', 'deaf.yaml'])).toMatchObject({ code: 0, errors: expect.stringMatching(/^outcry: no source of posts, so nothing will be heard: name one under `sources`/) as string });
  const child = startOutcry(['run', '--config', 'deaf.yaml'], { cwd: folder });
  await child.line(/^Board: /m);
  await expect.poll(() => child.errors()).toMatch(/^outcry: no source of posts/m);
  expect(child.output()).toContain('In its first 10 minutes it only learns what is normal: no alert comes in them.');
  child.process.kill('SIGTERM');
  expect(await child.ended).toBe(0);
});

test('init writes a configuration that check takes, and never overwrites one', async () => {
  expect((await outcry(['init', 'mine.yaml'])).code).toBe(0);
  expect(await outcry(['check', 'mine.yaml'])).toMatchObject({ code: 0, output: expect.stringMatching(/mine\.yaml is fine: \d+ services, 4 sources, 1 channels/) as string });
  const before = readFileSync(join(folder, 'mine.yaml'), 'utf8');
  expect(await outcry(['init', 'mine.yaml'])).toMatchObject({ code: 1, errors: expect.stringContaining('mine.yaml is there already') as string });
  expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe(before);
});

test('doctor says of each part whether it works and what is missing', async () => {
  put('doctor.yaml', JSON.stringify({ data: './doctor-data', sources: { here: { type: 'lines', file: 'outage.ndjson' }, gone: { type: 'lines', file: 'nosuch.ndjson' } } }));
  const { code, output, errors } = await outcry(['doctor', '--config', 'doctor.yaml']);
  expect(code).toBe(1);
  expect(output).toMatch(/^ok {3}node: /m);
  expect(output).toMatch(/^ok {3}database: .*will be made/m);
  expect(output).toMatch(/^ok {3}source here: /m);
  expect(output).toMatch(/^FAIL source gone: .*can't be read/m);
  expect(errors).toMatch(/1 of \d parts need help/);
  expect(existsSync(join(folder, 'doctor-data'))).toBe(false);
});

test('doctor tries Redis also where Kafka does not answer', async () => {
  put('dead.yaml', JSON.stringify({ backend: 'kafka', kafka: { brokers: ['127.0.0.1:1'] }, redis: { url: 'redis://127.0.0.1:1' }, privacy: { authorKey: 'a key of sixteen letters' } }));
  const { code, output } = await outcry(['doctor', '--config', 'dead.yaml']);
  expect(code).toBe(1);
  expect(output).toMatch(/^FAIL kafka: .*do not answer[^]*^FAIL redis: Redis at 127\.0\.0\.1:1: /m);
});

test('a run that ended can be looked at: tail, explain, redrive --dry-run', async () => {
  const receiver = await openReceiver();
  receiver.behave(() => ({ status: 410 }));
  put('ended.yaml', JSON.stringify({
    data: './ended', listen: { port: 0 }, sources: { file: { type: 'lines', file: 'outage.ndjson' } },
    channels: { gone: { type: 'webhook', url: receiver.url, secrets: [`whsec_${Buffer.alloc(32, 4).toString('base64')}`], allowHttp: true, allowPrivate: true } },
  }));
  expect(await outcry(['run', '--exit', '--config', 'ended.yaml'])).toMatchObject({ code: 0 });
  await receiver.close();
  const alerts = ndjson<{ ce_id: string; ce_type: string; data: { id: string; incident: { id: string } } }>((await outcry(['tail', 'alerts', '--end', '--config', 'ended.yaml'])).output);
  expect(alerts.map(({ ce_type }) => ce_type).slice(0, 2)).toEqual(['outcry.incident.suspected', 'outcry.incident.confirmed']);
  expect(alerts.every(({ ce_id, data }) => ce_id === data.id)).toBe(true);
  const incidents = ndjson<{ kind: string; incident: { id: string } }>((await outcry(['tail', 'incidents', '--end', '--config', 'ended.yaml'])).output);
  expect(new Set(incidents.map(({ incident }) => incident.id))).toEqual(new Set(alerts.map(({ data }) => data.incident.id)));
  const { id } = alerts[0]!.data.incident;
  const explained = await outcry(['explain', id, '--config', 'ended.yaml']);
  expect([explained.code, explained.errors]).toEqual([0, '']);
  for (const word of ['observed', 'expected', 'threshold', 'rule', 'settings', 'recomputed: the same verdict']) expect(explained.output.toLowerCase()).toContain(word);
  expect(await outcry(['explain', 'nosuch-incident', '--config', 'ended.yaml'])).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('nosuch-incident') as string });
  const tuned = await outcry(['tune', '--json', '--budgets', '0.001,1000', '--config', 'ended.yaml']);
  const { now, outcomes } = JSON.parse(tuned.output) as { now: number; outcomes: { budget: number; alerts: { id: string; openedAt: number }[]; diff: { same: number } }[] };
  expect([now, outcomes.map(({ budget }) => budget)]).toEqual([1, [0.001, 1, 1000]]);
  expect(outcomes[1]!.alerts.map((one) => one.id)).toEqual([id]);
  expect(outcomes[1]!.diff).toEqual({ added: [], gone: [], moved: [], same: 1 });
  const openings = outcomes.map(({ alerts: [first] }) => first!.openedAt);
  expect(openings).toEqual(openings.toSorted((a, b) => b - a));
  expect((await outcry(['tune', '--budgets', '1,many', '--config', 'ended.yaml'])).errors).toContain('not many');
  const again = await outcry(['redrive', '--dry-run', '--config', 'ended.yaml']);
  expect(again.code).toBe(0);
  expect(ndjson<{ channel: string; alert: string }>(again.output).map(({ channel, alert }) => [channel, alert])).toEqual(alerts.map(({ data }) => ['gone', data.id]));
  expect(again.errors).toMatch(/would be sent again/);
  expect((await outcry(['redrive', '--dry-run', '--config', 'ended.yaml'])).output).toBe(again.output);
  expect(await outcry(['redrive', '--channel', 'gonne', '--config', 'ended.yaml'])).toMatchObject({ code: 1, output: '', errors: 'outcry: no delivery to a channel `gonne`; did you mean `gone`?\n' });
  expect(await outcry(['redrive', id, '--config', 'ended.yaml'])).toMatchObject({ code: 1, output: '', errors: `outcry: no delivery of an alert \`${id}\`; did you mean \`${id}-1\`?\n` });
});

test('backup and restore work while it runs and after it: the copy is whole, a running one is not replaced', async () => {
  put('live.yaml', JSON.stringify({ data: './live', listen: { port: 0 }, channels: {}, sources: { file: { type: 'lines', file: 'outage.ndjson' }, http: { type: 'http' } } }));
  const child = startOutcry(['run', '--config', 'live.yaml'], { cwd: folder });
  const url = (await child.line(/^Board: (\S+)/m))[1]!;
  while (((await (await fetch(`${url}/api/incidents`)).json()) as { incidents: unknown[] }).incidents.length === 0) await new Promise(setImmediate);
  expect(await outcry(['backup', 'copy.db', '--config', 'live.yaml'])).toMatchObject({ code: 0, output: 'wrote copy.db\n' });
  expect(await outcry(['backup', 'copy.db', '--config', 'live.yaml'])).toMatchObject({ code: 1, errors: expect.stringContaining('copy.db is there already') as string });
  expect(await outcry(['restore', 'copy.db', '--config', 'live.yaml'])).toMatchObject({ code: 1, errors: expect.stringContaining('stop it first') as string });
  expect(readdirSync(join(folder, 'live')).filter((name) => name.includes('restor'))).toEqual([]);
  child.process.kill('SIGTERM');
  expect(await child.ended, child.errors()).toBe(0);
  const before = (await outcry(['tail', 'incidents', '--end', '--config', 'live.yaml'])).output;
  expect(await outcry(['restore', 'copy.db', '--config', 'live.yaml'])).toMatchObject({ code: 0 });
  const after = (await outcry(['tail', 'incidents', '--end', '--config', 'live.yaml'])).output;
  expect(after).not.toBe('');
  expect(before.startsWith(after)).toBe(true);
});

test('a reader that goes away, as head does, ends the command quietly', async () => {
  for (const args of [['judge', 'outage.ndjson'], ['backtest', 'outage.ndjson', '--json'], ['--help']]) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', 'infra', 'cli', 'main.ts'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([args[0], code, errors]).toEqual([args[0], 0, '']);
  }
});
