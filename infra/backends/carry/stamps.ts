// When each record that is read was written. Readers of the flow have no use for it; a copy needs it, because retention
// goes by it. It listens to what brokers answer and remembers the times until they are asked for.
import type { InRecord } from '../../../shared/bus.ts';
import type { Link, RawBroker, RawRecord } from '../kafka/link.ts';

export interface Stamps {
  /** What is read over this link is remembered. */
  readonly link: Link;
  /** When the record was written, ms, wall clock. */
  of(record: Pick<InRecord, 'partition' | 'offset'>): number;
  /** Forgets all times: before another topic is read. */
  forget(): void;
}

export function createStamps(link: Link): Stamps {
  let times = new Map<string, number>();
  const listening = new Map<RawBroker, RawBroker>();

  function listen(broker: RawBroker): RawBroker {
    const known = listening.get(broker);
    if (known !== undefined) return known;
    const made = Object.create(broker) as RawBroker & { fetch: RawBroker['fetch'] };
    made.fetch = async (request) => {
      const answer = await broker.fetch(request);
      for (const { partition, messages } of answer.responses.flatMap((one) => one.partitions)) {
        for (const message of messages as readonly (RawRecord & { readonly timestamp: string })[]) times.set(`${partition}/${message.offset}`, Number(message.timestamp));
      }
      return answer;
    };
    listening.set(broker, made);
    return made;
  }

  return {
    link: { ...link, broker: async (nodeId) => listen(await link.broker(nodeId)) },
    of({ partition, offset }) {
      const at = times.get(`${partition}/${offset}`);
      if (at === undefined) throw new Error(`no time is known of record ${offset} of partition ${partition}`);
      return at;
    },
    forget() {
      times = new Map();
    },
  };
}
