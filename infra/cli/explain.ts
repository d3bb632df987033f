// `outcry explain`: how an incident was decided, recomputed from what the log holds.
import type { Command } from 'commander';
import { explain } from '../../detector/explain.ts';
import type { Bus } from '../../shared/bus.ts';
import { evidenceSchema, type Evidence } from '../../shared/evidence.ts';
import { incidentRecordSchema, type IncidentEvent } from '../../shared/incident.ts';
import { topics } from '../../shared/topics.ts';
import { nearest } from '../config-place.ts';
import { CommandProblem, configOption, iso, loadConfig } from './command.ts';
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

export function addExplain(program: Command): void {
  program
    .command('explain')
    .argument('<incident>', 'id of an incident')
    .option('--json', 'as JSON')
    .addOption(configOption())
    .description('how an incident was decided: observed, expected, threshold, rule, settings, evidence; recomputed')
    .action(async (id: string, options: { json?: true; config?: string }) => {
      const { detection } = loadConfig(options.config);
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
        const history = own.map(({ seq, change, at, settings }) => ({ seq, change, at: iso(at), settings }));
        process.stdout.write(options.json === true ? `${JSON.stringify({ ...told, history }, null, 1)}\n` : `${[...told.lines, ...history.map(({ seq, change, at }) => `${seq}. ${at} ${change}`)].join('\n')}\n`);
      } finally {
        await close();
      }
    });
}
