// `outcry doctor`: tests each part with the smallest real call and says what is missing.
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import pino from 'pino';
import { checkRedis, databaseFile, openBackend } from '../backends/index.ts';
import type { Config } from '../config.ts';
import { CommandProblem, configOption, deafness, loadConfig } from './command.ts';

interface Finding {
  readonly part: string;
  readonly ok: boolean;
  readonly detail: string;
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

const log = pino({ level: 'silent' });

async function tried(part: string, well: string, attempt: () => Promise<void> | void): Promise<Finding> {
  try {
    await attempt();
    return { part, ok: true, detail: well };
  } catch (error) {
    return { part, ok: false, detail: (error as Error).message };
  }
}

async function backendOf(config: Config): Promise<Finding[]> {
  if (config.backend === 'embedded') {
    const file = databaseFile(config.data);
    if (!existsSync(file)) return [await tried('database', `${file} will be made at the first start`, () => accessSync(nearestFolder(config.data), constants.W_OK))];
    return [await tried('database', `${file} is whole`, async () => {
      const { bus, close } = await openBackend(config, 'join', log);
      await bus.check().finally(close);
    })];
  }
  return [
    await tried('kafka', `${config.kafka?.brokers.join(', ')} answers, and our topics are as they must be`, async () => {
      const { bus, close } = await openBackend(config, 'join', log);
      await bus.check().finally(close);
    }),
    await tried('redis', 'answers', () => checkRedis(config.redis, log)),
  ];
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .addOption(configOption())
    .description('try each part with the smallest real call and say what is missing')
    .action(async (options: { config?: string }) => {
      const config = loadConfig(options.config);
      const findings: Finding[] = [
        { part: 'node', ok: Number(process.versions.node.split('.')[0]) >= 24, detail: `Node ${process.versions.node}` },
        { part: 'configuration', ok: true, detail: config.file ?? 'no outcry.yaml: the defaults' },
        ...(await backendOf(config)),
      ];
      for (const { name, definition, options: own } of config.sources) {
        const found = await definition.check(own, config.services).catch((error: unknown) => ({ ok: false, detail: (error as Error).message }));
        findings.push({ part: `source ${name}`, ...found });
      }
      for (const { name, definition, options: own } of config.channels) {
        const channel = definition.create(own, { now: Date.now, log, publicUrl: config.publicUrl, zone: 'UTC', out: process.stderr, evidence: async () => [] });
        const found = await channel.check().catch((error: unknown) => ({ ok: false, detail: (error as Error).message }));
        await channel.stop();
        findings.push({ part: `channel ${name}`, ...found });
      }
      const deaf = deafness(config);
      if (deaf !== null) findings.push({ part: 'sources', ok: false, detail: deaf });
      for (const { part, ok, detail } of findings) process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${part}: ${detail}\n`);
      const failed = findings.filter((one) => !one.ok).length;
      if (failed > 0) throw new CommandProblem(`${failed} of ${findings.length} parts need help`);
    });
}
