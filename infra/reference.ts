// The reference, docs/reference.md, made from the code: `npm run docs` writes it, a test keeps it true. Descriptions
// live with what they describe; what code only names is described in reference-words.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { reasons } from '../detector/judge-reason.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { sources } from '../ingest/sources/index.ts';
import { channels } from '../notifier/channels/index.ts';
import { routeSchema } from '../notifier/route.ts';
import { alertSchema, alertType } from '../shared/alert.ts';
import { incidentChangeSchema, incidentStateSchema, transitions } from '../shared/incident.ts';
import { postSchema } from '../shared/post.ts';
import { symptoms } from '../shared/report.ts';
import { serviceSchema } from '../shared/service.ts';
import { topics } from '../shared/topics.ts';
import { configSchema } from './config.ts';
import { createProgram } from './cli/program.ts';
import { gatherReference, type Gathered } from './reference-gather.ts';
import { code, jsonSchema, schemaTable, table } from './reference-schema.ts';
import { busCodes, changeWords, deliveryReasons, deliveryStates, dropReasons, postWords, readPastReasons, recordReasons, routeWords, stateWords, symptomWords, topicWords } from './reference-words.ts';

export const referenceFile = join(import.meta.dirname, '..', 'docs', 'reference.md');

const dayMs = 24 * 3_600_000;
const codes = (rows: readonly (readonly [string, string])[]) => table(['Code', 'Means'], rows.map(([name, means]) => [code(name), means]));

function sourceReasons(): string[][] {
  return Object.values(sources).flatMap(({ type, reasons = {} }) => Object.entries(reasons).map(([name, means]) => [code(type), code(name), means]));
}

/** The whole reference as markdown. Same code, same text. */
export function renderReference(gathered: Gathered): string {
  const sections = [opening, configuration, sourceTypes, channelTypes, commands(), formats, judging, incidents, topicTable, reasonLists, routes(gathered), metrics(gathered), schemas];
  return `${sections.map((section) => (typeof section === 'string' ? section : section())).join('\n\n')}\n`;
}

const opening = `# Reference

<!-- Generated from the code by \`npm run docs\`. Do not edit. -->

Every key, command, code, topic, address and metric. How it works and why: [design.md](design.md).`;

function configuration(): string {
  return `## Configuration

\`outcry.yaml\`; \`outcry init\` writes one with comments, \`outcry check\` tells every problem with its line. \`\${NAME}\` is
filled in from the environment, \`\${file:PATH}\` from a file, as a mounted secret. A changed file is taken while Outcry runs; one with problems is refused, and the former
stays in force. A command that looks at the log of a running Outcry does not read \`sources\`, \`channels\` and \`routes\`, one that works on
files only \`services\`, \`partitions\`, \`detection\` and \`logLevel\`: the secrets of the others need not be at hand.

${schemaTable(configSchema)}

### detection

${schemaTable(detectorSettingsSchema)}

### routes

A list. The conditions of a route all have to hold; every route that matches adds its channels.

${schemaTable(routeSchema)}

### services.list

An entry with an id of the catalogue changes that entry field by field.

${schemaTable(serviceSchema)}`;
}

function sourceTypes(): string {
  const each = Object.values(sources).toSorted(byName(({ type }) => type)).map(({ type, summary, options, silenceNormal, filtered, latenessMs }) => `### source ${code(type)}

${summary} A post may come ${latenessMs} ms behind its successors. Silence is ${silenceNormal ? 'normal' : 'not normal'}; it carries ${filtered ? 'only picked posts' : 'all posts'}.

${schemaTable(options)}`);
  return ['## Sources', 'Each stands in `sources` under a name of your choice, with its `type` and these options.', ...each].join('\n\n');
}

function channelTypes(): string {
  const each = Object.values(channels).toSorted(byName(({ name }) => name)).map(({ name, summary, options, coalesce, spacingMs }) => `### channel ${code(name)}

${summary} ${coalesce === 'every' ? 'It gets every alert in order.' : 'An alert that a newer one of its incident has overtaken is skipped, on record.'}${spacingMs > 0 ? ` At least ${spacingMs} ms lie between two messages.` : ''}

${schemaTable(options)}`);
  return ['## Channels', 'Each stands in `channels` under a name of your choice, with its `type` and these options.', ...each].join('\n\n');
}

const byName = <T>(name: (one: T) => string) => (a: T, b: T): number => (name(a) < name(b) ? -1 : 1);

const program = await createProgram();

/** The help of every command, as the command itself prints it. */
function commands(): string {
  const each = program.commands.flatMap((command) => [command, ...command.commands]).map((command) => `### ${nameOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``);
  return ['## Commands', '`npm run -s outcry -- COMMAND`. Results go to standard output, what is said about the work to standard error. The exit code is 0 when all went well.', ...each].join('\n\n');
}

/** With the command that it belongs to. */
function nameOf(command: Command): string {
  return command.parent === null || command.parent.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 110,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim().split('\n').map((line) => line.trimEnd()).join('\n');
}

function formats(): string {
  return `## Formats

**Posts in**, one JSON object a line. \`ts\` may also be ISO 8601 with a zone; without an \`author\` each post stands for one
person; a number as \`id\` or \`author\` is taken as text; an optional field of the wrong kind is left out.

${schemaTable(postSchema, postWords)}

**judge** gives one line for each line, in the same order:
\`{"id","verdict":"report"|"recovery"|"none","services":[ids],"lang","symptom","reason","weight","mentions":[{"service","verdict","symptom","reason","weight"}]}\`.
The outer fields are those of the strongest mention; a post that names no service is judged all the same. A bad line gives
\`{"line":N,"error":code}\`.

**backtest --json** gives one object: \`incidents\`, each with \`id\`, \`service\`, \`onset\`, \`openedAt\`, \`confirmedAt\`,
\`resolvedAt\`, \`state\`, \`told\` (false: linked, and told by its parent's alerts), \`parent\`, \`linked\` (ids), \`cause\`,
\`blame\`, \`peak\` (reports a minute), \`reporters\`, \`evidence\` (ids of posts), \`score\`, \`learning\`, \`symptoms\`,
\`languages\`, \`signal\`, \`changes\`; beside it \`noted\` (the same of incidents that are only blamed, and not told),
\`posts\`, \`from\`, \`to\`, \`dropped\` (by reason), and with \`--truth\` also \`truth\`: \`precision\`, \`recall\`, \`found\`, \`missed\`, \`falseAlarms\`, \`delaysMinutes\`,
\`medianDelayMinutes\`, and with \`--diff\` also \`diff\`: \`added\`, \`gone\`, \`moved\`, \`same\`, and its own \`truth\`. Truth is \`[{"service","start","end"}]\`. With \`--reports\` the rows are \`{"ts","service","author"}\`.

**series** reads \`timestamp,value\` and gives \`timestamp,value,anomaly_score\`; the score lies in 0 to 1, and 0.5 and above
means alert.

Times in data are ISO 8601 UTC or milliseconds since 1970; times for people are local and name their zone.`;
}

function judging(): string {
  return `## Judging

### Symptoms

${codes(symptoms.map((one) => [one, symptomWords[one]]))}

### Reasons of a verdict

${table(['Code', 'Verdict', 'Weight', 'Means'], reasons.map(({ code: name, verdict, weight, means }) => [code(name), verdict, String(weight), means]))}`;
}

function incidents(): string {
  const states = incidentStateSchema.options.map((state) => [code(state), stateWords[state], transitions[state].map(code).join(', ') || 'none']);
  const changes = incidentChangeSchema.options.map((change) => [code(change), changeWords[change], code(alertType({ change }))]);
  return `## Incidents

### States

${table(['State', 'Means', 'May become'], states)}

### Changes

${table(['Change', 'Means', 'CloudEvents and webhook type'], changes)}`;
}

function topicTable(): string {
  const rows = (Object.keys(topics) as (keyof typeof topics)[]).map((name) => {
    const { name: topic, compacted, partitions, retentionMs } = topics[name];
    const { writer, key, carries } = topicWords[name];
    const kept = retentionMs === null ? 'for ever' : `${retentionMs / dayMs} days`;
    return [code(topic), partitions === 'all' ? 'as configured' : '1', writer, key, `${compacted ? 'latest of each key, ' : ''}${kept}`, carries];
  });
  return `## Topics

${table(['Topic', 'Partitions', 'Writer', 'Key', 'Kept', 'Carries'], rows)}`;
}

function reasonLists(): string {
  return `## Reasons

Bad input is a value: it is dropped, parked or refused with one of these codes, which is also a label of a metric.

### A post is dropped by ingest

${codes(dropReasons)}

What only one source drops:

${table(['Source', 'Code', 'Means'], sourceReasons())}

Messages of Bluesky's stream that are read past and not counted as dropped:

${codes(readPastReasons)}

### A record of the log gives nothing

${codes(recordReasons)}

### States of a delivery

${codes(deliveryStates)}

### Why a delivery is not sent, or not yet

${codes(deliveryReasons)}

### The backend says no

${codes(busCodes)}`;
}

function routes({ routes }: Gathered): string {
  const rows = routes.map((route) => [code(route), routeWords[route] ?? '']);
  return `## Addresses

On \`listen.host\` and \`listen.port\`. What comes from a stranger is answered with a status and \`{"error"}\`.

${table(['Address', 'Gives'], rows)}`;
}

function metrics({ metrics }: Gathered): string {
  return `## Metrics

At \`/metrics\`, beside those of the process and of Node (\`process_*\`, \`nodejs_*\`).

${table(['Metric', 'Type', 'Help'], metrics.map(({ name, type, help }) => [code(name), type, help]))}`;
}

function schemas(): string {
  return `## Schema of an alert

What the topic \`${topics.alerts.name}\` carries as the value of a CloudEvents 1.0 record in Kafka binary mode (\`ce_id\`,
\`ce_source\`, \`ce_type\`, \`ce_subject\`, \`ce_time\` are its headers), and what a webhook gets as \`data\`, there with \`url\`
where \`publicUrl\` is set. It carries references to posts, never their text. \`v\` grows only with a change that is no
addition.

\`\`\`json
${JSON.stringify(jsonSchema(alertSchema, 'output'), null, 1)}
\`\`\``;
}

if (import.meta.main) {
  writeFileSync(referenceFile, renderReference(await gatherReference()));
  process.stdout.write('wrote docs/reference.md\n');
}
