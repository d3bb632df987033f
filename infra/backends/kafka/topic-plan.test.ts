// What the plan says of each topic, and which differences from it stop us.
import { expect, test } from 'vitest';
import { compareTopics, planTopics, type FoundTopic } from './topic-plan.ts';

const plan = planTopics({ replicationFactor: 3, minInsyncReplicas: 2 }, 8, '');
const asPlanned = (): FoundTopic[] => plan.map(({ name, partitions, config }) => ({ name, partitions, config: { ...config } }));
const changed = (name: string, change: Partial<FoundTopic>, config: Record<string, string> = {}): FoundTopic[] =>
  asPlanned().map((one) => (one.name === name ? { ...one, ...change, config: change.config === null ? null : { ...one.config, ...config } } : one));

test('observations are cut into as many parts as the installation has and last three days', () => {
  const one = plan.find(({ name }) => name === 'outcry.observations')!;
  expect(one).toMatchObject({ partitions: 8, replicationFactor: 3, config: { 'cleanup.policy': 'delete', 'retention.ms': '259200000', 'min.insync.replicas': '2' } });
});

test('a compacted topic that lasts for ever is only compacted, one with a term or with markers is deleted too', () => {
  const policyOf = (name: string) => plan.find((one) => one.name === name)!.config['cleanup.policy'];
  expect(policyOf('outcry.snapshots')).toBe('compact');
  expect(policyOf('outcry.deliveries')).toBe('compact,delete');
  expect(policyOf('outcry.incidents')).toBe('compact,delete');
  expect(policyOf('outcry.alerts')).toBe('delete');
});

test('a cluster with fewer copies than asked to be in step is not asked for the impossible', () => {
  expect(planTopics({ replicationFactor: 1, minInsyncReplicas: 2 }, 1, '')[0]!.config['min.insync.replicas']).toBe('1');
});

test('topics as planned have no difference, in whatever order their policies are named', () => {
  expect(compareTopics(plan, changed('outcry.deliveries', {}, { 'cleanup.policy': 'delete, compact' }))).toEqual([]);
});

test('what is missing, of another size or kept in another way is told with its mend', () => {
  const [missing] = compareTopics(plan, asPlanned().slice(1));
  expect(missing).toMatchObject({ topic: 'outcry.observations', weight: 'missing', mend: '`outcry topics` creates it' });
  const [size] = compareTopics(plan, changed('outcry.incidents', { partitions: 4 }));
  expect(size).toMatchObject({ weight: 'wrong', what: 'has 4 partitions and should have 8' });
  expect(size!.mend).toMatch(/`partitions: 4` again.*topics repartition/);
  const [policy] = compareTopics(plan, changed('outcry.cursors', {}, { 'cleanup.policy': 'delete' }));
  expect(policy).toMatchObject({ weight: 'wrong', what: 'has cleanup.policy delete and should have compact' });
  expect(policy!.mend).toMatch(/^kafka-configs .*outcry\.cursors .*'cleanup\.policy=compact'$/);
});

test('a shorter memory is told and does not stop us, and settings that we may not see are not guessed', () => {
  expect(compareTopics(plan, changed('outcry.alerts', {}, { 'retention.ms': '1000' }))).toMatchObject([{ weight: 'other' }]);
  expect(compareTopics(plan, changed('outcry.alerts', { config: null }))).toEqual([]);
});
