// `outcry topics` as a person types it, on a cluster that has none of our topics yet.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startKafka } from '../infra/local/kafka.ts';
import { startOutcry } from './child.ts';

test('outcry topics creates what is missing, once, and --check changes nothing', async () => {
  const kafka = await startKafka({ own: true });
  const cwd = mkdtempSync(join(tmpdir(), 'outcry-topics-'));
  const write = (copies: number) => writeFileSync(join(cwd, 'outcry.yaml'), JSON.stringify({
    backend: 'kafka', partitions: 2, privacy: { authorKey: 'a key for this test only' }, kafka: { brokers: kafka.brokers, replicationFactor: copies, minInsyncReplicas: 1 },
  }));
  const run = async (...args: string[]) => {
    const child = startOutcry(['topics', ...args], { cwd });
    const code = await child.ended;
    return { code, output: child.output(), errors: child.errors() };
  };
  try {
    write(3);
    const tooMany = await run();
    expect(tooMany).toMatchObject({ code: 1, output: '' });
    expect(tooMany.errors).toMatch(/has 1 brokers and `kafka\.replicationFactor` asks for 3 copies/);
    write(1);
    const missing = await run('--check');
    expect(missing.code).toBe(1);
    expect(missing.output).toMatch(/^outcry\.observations is missing: `outcry topics` creates it$/m);
    expect(missing.errors).toMatch(/10 of these keep Outcry from running/);
    const created = await run();
    expect(created.code).toBe(0);
    expect(created.output.trim().split('\n')).toHaveLength(10);
    expect(await run()).toMatchObject({ code: 0, output: '' });
    const checked = await run('--check');
    expect(checked).toMatchObject({ code: 0, output: '' });
    expect(checked.errors).toMatch(/all topics are there/);
  } finally {
    await kafka.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
});
