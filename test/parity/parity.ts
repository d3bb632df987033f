// `npm run parity -- FILE`: posts of one's own (NDJSON, as the source `lines` reads them), told by one process and by
// workers on Kafka and Redis. Says whether both told the same bytes; exit code 1 where they did not.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readCatalog } from '../../infra/config.ts';
import { tellTwice } from './twice.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(given: string | undefined): Promise<number> {
  if (given === undefined) {
    say('usage: npm run parity -- FILE');
    return 2;
  }
  const file = resolve(given);
  const known = new Set(readCatalog().map(({ id }) => id));
  const named = new Set(readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { service?: unknown }).service));
  const services = [...named].filter((id): id is string => typeof id === 'string' && !known.has(id)).map((id) => ({ id, name: id }));
  const { alone, together, aloneIds, togetherIds } = await tellTwice({ source: { type: 'lines', file, speed: 'max' }, services, kills: 0 });
  const pairs: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
    'incident events': [alone.incidents, together.incidents],
    'alerts': [alone.alerts, together.alerts],
    'posts of evidence': [alone.evidence, together.evidence],
    'webhook ids': [aloneIds, togetherIds],
  };
  let equal = true;
  for (const [what, [one, other]] of Object.entries(pairs)) {
    const same = JSON.stringify(one) === JSON.stringify(other);
    equal &&= same;
    say(`${one.length} ${what} of one process: ${same ? 'the same bytes' : 'NOT the same'} on Kafka`);
  }
  return equal ? 0 : 1;
}

process.exitCode = await main(process.argv[2]);
