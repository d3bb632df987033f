import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bringKafka } from './kafka-jars.ts';
import { bringProgram, findProgram } from './programs.ts';

const quiet = (): void => {};

test('with neither Java nor a way to install it one message says all that helps', () => {
  expect(() => bringKafka(quiet, { PATH: '/nowhere' })).toThrow(
    /^java is missing .*Install Java 17 or newer and Maven \(Debian, Ubuntu: `apt-get install default-jre-headless maven`.*`docker run .*`KAFKA_BROKERS=127\.0\.0\.1:9092`\.$/,
  );
});

test('a program that is there is found, a file that can not run is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-programs-'));
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'text'), 'words', { mode: 0o644 });
  const env = { PATH: `/nowhere::${folder}` };
  expect(findProgram('tool', env)).toBe(join(folder, 'tool'));
  expect(findProgram('text', env)).toBeUndefined();
  expect(findProgram('other', env)).toBeUndefined();
  expect(bringProgram({ name: 'tool', debianPackage: 'tool', byHand: '' }, quiet, env)).toBe(join(folder, 'tool'));
  rmSync(folder, { recursive: true });
});

test('a Java that is too old is told with what to install', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-programs-'));
  writeFileSync(join(folder, 'java'), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", { mode: 0o755 });
  expect(() => bringKafka(quiet, { PATH: folder })).toThrow(/is Java 11, and Kafka .* needs 17\. Install Java 17/);
  rmSync(folder, { recursive: true });
});
