// The notifier's part of a process: hold and deliver as folds, an outbox for each channel that this worker holds, the board.
import type { Channel } from '../notifier/channel.ts';
import { createBoard } from '../notifier/board/board.ts';
import { createOutbox, deliverRole, holdRole, systemTimers, type OutboxChannel } from '../notifier/notifier.ts';
import { createSamples } from '../notifier/samples.ts';
import type { Running } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { watchedAlerts } from './fold-watch.ts';
import type { Pen } from './holding.ts';
import type { PartDeps } from './part.ts';
import { version } from './version.ts';

export interface NotifierPart extends Running {
  /** Whether the board has read what was there at the start. */
  readonly caughtUp: () => boolean;
}

export async function startNotifier(deps: PartDeps): Promise<NotifierPart> {
  const { config, backend, web, clock, metrics, log, failed, hold } = deps;
  const { bus, store } = backend;
  const { services, channels, routes, publicUrl } = config;
  const names = channels.map(({ name }) => name);

  const board = createBoard({
    bus, store, services, clock, version,
    mode: { demo: deps.demo, ...(deps.simulated ? { eventTime: 'simulated' as const } : {}) },
    configError: deps.configError,
    settings: () => deps.settings,
    reports: deps.roles.includes('ingest') && config.sources.some(({ definition }) => definition.type === 'http'),
  });
  metrics.officialFrom(board.official);
  await web.register((app) => board.plugin(app));
  web.addHook('preClose', () => board.stop());

  const samples = createSamples();
  const opened = ({ name, definition, options }: (typeof channels)[number]): OutboxChannel => ({
    name, definition, options,
    channel: definition.create(options, {
      now: clock, log: log.child({ channel: name }), publicUrl, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, out: deps.out,
      evidence: async (incident, most) => samples.strongest(incident, most),
    }) as Channel,
  });

  async function outbox(own: readonly OutboxChannel[], answersFor: (channel: string) => boolean, { writer, lost }: Pen): Promise<Running> {
    const box = createOutbox({
      bus: { publish: writer.publish, tail: bus.tail }, channels: own, answersFor, timers: systemTimers, random: Math.random,
      counted: metrics.delivered, log: log.child({ part: 'outbox' }),
      failed: (error) => ((error as { code?: string }).code === 'fenced' ? lost() : failed(error)),
    });
    await box.start();
    return box;
  }

  const deliver = deliverRole({ routes, channels: names, now: clock, dropped: (reason) => metrics.dropped('deliver', reason) });
  const folds = [
    await bus.work(holdRole({ services, partitions: bus.partitions(topics.incidents.name), dropped: (reason) => metrics.dropped('hold', reason) }), failed),
    await bus.work(deps.simulated ? deliver : { ...deliver, create: (part) => watchedAlerts(deliver.create(part), clock, metrics.alerted) }, failed),
  ];
  const texts = bus.tail(topics.evidence.name, 'start', samples.take);
  await board.start();
  const outboxes = await Promise.all([
    ...channels.map((channel) => hold(`outbox/${channel.name}`, (pen) => outbox([opened(channel)], (name) => name === channel.name, pen))),
    // deliveries to channels that are no longer configured
    hold('outbox', (pen) => outbox([], (name) => !names.includes(name), pen)),
  ]);

  return {
    caughtUp: board.caughtUp,
    async stop() {
      for (const one of folds) await one.stop();
      await texts.stop();
      await Promise.all(outboxes.map((one) => one.stop()));
    },
  };
}
