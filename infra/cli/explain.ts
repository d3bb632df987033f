// `outcry explain`: how an incident was decided, recomputed from what the log holds.
import type { Command } from 'commander';
import { explain } from '../../detector/explain.ts';
import { alertId, ordinalOf } from '../../notifier/alert-maker.ts';
import { tieLines } from '../../notifier/words-alert.ts';
import { decodeAlert, type Alert } from '../../shared/alert.ts';
import type { Bus } from '../../shared/bus.ts';
import { evidenceSchema, type Evidence } from '../../shared/evidence.ts';
import { incidentRecordSchema, type IncidentEvent } from '../../shared/incident.ts';
import { topics } from '../../shared/topics.ts';
import { nearest } from '../config-place.ts';
import { CommandProblem, configOption, iso, loadConfig, notBeside } from './command.ts';
import { joinBackend } from './join.ts';

const read = (value: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(value));

async function eventsOf(bus: Bus): Promise<IncidentEvent[]> {
  const found: IncidentEvent[] = [];
  await new Promise<void>((resolve) => {
    bus.tail(topics.incidents.name, 'start', (records) => void found.push(...records.flatMap(({ value }) => (value === null ? [] : (eventIn(value) ?? [])))), resolve);
  });
  return found;
}

function eventIn(value: Uint8Array): IncidentEvent | undefined {
  const parsed = incidentRecordSchema.safeParse(read(value));
  return parsed.success && parsed.data.kind === 'incident' ? parsed.data : undefined;
}

/** What hold made of an incident, oldest first. */
async function alertsOf(bus: Bus, incident: string): Promise<Alert[]> {
  const found: Alert[] = [];
  await new Promise<void>((resolve) => {
    bus.tail(
      topics.alerts.name,
      'start',
      (records) => {
        for (const { key, value } of records) {
          const decoded = key === incident && value !== null ? decodeAlert(value) : { reason: 'another' };
          if ('alert' in decoded) found.push(decoded.alert);
        }
      },
      resolve,
    );
  });
  return found;
}

/** One line for each alert of an incident: its event's number, or none where it speaks for its group. */
function alertLine(alert: Alert): string {
  const { change, at, told, because } = alert;
  const { seq, extra } = ordinalOf(alert);
  return `${extra === 0 ? `${seq}.` : 'for its group:'} ${iso(at)} ${change}${told ? '' : `, not told: ${because}`}`;
}

export function addExplain(program: Command): void {
  program
    .command('explain')
    .argument('<incident>', 'id of an incident')
    .option('--json', 'as JSON')
    .addOption(configOption())
    .description('how an incident was decided: observed, expected, threshold, rule, settings, evidence; recomputed; and whether it was told, linked or only noted')
    .action(async (id: string, options: { json?: true; config?: string }) => {
      const { detection } = loadConfig(options.config, notBeside);
      const { bus, close } = await joinBackend(options.config);
      try {
        const events = await eventsOf(bus);
        const own = events.filter((event) => event.incident.id === id);
        const last = own.at(-1);
        if (last === undefined) throw new CommandProblem(`no incident ${id}${nearest(id, [...new Set(events.map((event) => event.incident.id))])}`);
        const evidence = [...(await bus.latest(topics.evidence.name)).values()].flatMap(({ value }): Evidence[] => {
          const parsed = evidenceSchema.safeParse(read(value!));
          return parsed.success && parsed.data.incident === id ? [parsed.data] : [];
        });
        const told = explain(last, evidence, detection);
        const alerts = await alertsOf(bus, id);
        const said = new Map(alerts.map((alert) => [alert.id, alert]));
        const history = own.map(({ seq, change, at, settings }) => ({ seq, change, at: iso(at), settings }));
        const latest = alerts.at(-1);
        const hold = latest === undefined ? null : { told: alerts.some((alert) => alert.told), because: latest.because, parent: latest.parent, cause: latest.cause, group: latest.group, blame: latest.blame };
        const unsaid = history.filter(({ seq }) => !said.has(alertId(id, seq))).map(({ seq, at, change }) => `${seq}. ${at} ${change}, not judged yet`);
        const lines = [...told.lines, ...(latest === undefined ? [] : tieLines(latest)), ...alerts.map(alertLine), ...unsaid];
        process.stdout.write(options.json === true ? `${JSON.stringify({ ...told, hold, history }, null, 1)}\n` : `${lines.join('\n')}\n`);
      } finally {
        await close();
      }
    });
}
