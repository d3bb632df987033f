// What the tests of sources that are asked again and again begin with: a server and a house that close when a test is over,
// and a source that lives. Their posts are all alike but for a number.
import { afterEach } from 'vitest';
import type { SourceDefinition } from '../../ingest/source.ts';
import { serviceSchema } from '../../shared/service.ts';
import { createHouse, start, until, type House, type Opened } from './source-house.ts';

export const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'telegram', name: 'Telegram' }].map((one) => serviceSchema.parse(one));

export const text = (i: number): string => `whatsapp is down ${i}`;
export const texts = (n: number): string[] => Array.from({ length: n }, (_, i) => text(i));

export interface PolledRig<Server> {
  aServer(): Promise<Server>;
  aHouse(clock?: () => number): House;
  /** Opens the source in the house with these options, once it is live. */
  live(house: House, options: unknown): Promise<Opened>;
}

/** To be called once, where a file begins: what it gives is closed after each test, the newest first. */
export function createPolledRig<Server extends { close(): Promise<void> }>(definition: SourceDefinition, openServer: () => Promise<Server>): PolledRig<Server> {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  return {
    async aServer() {
      const server = await openServer();
      closers.push(server.close);
      return server;
    },
    aHouse(clock = () => start) {
      const house = createHouse(services, clock);
      closers.push(house.close);
      return house;
    },
    async live(house, options) {
      const opened = await house.open(definition, options);
      await until(() => opened.source.status().state === 'live');
      return opened;
    },
  };
}
