// Compose and Kubernetes without an engine: what they start is what the command line takes, what they mount is what it
// reads, and what they promise (nobody of rank, only the board to be seen) is written in every place.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createProgram } from '../infra/cli/program.ts';
import { parseConfig, type Config } from '../infra/config.ts';
import { gatherReference } from '../infra/reference-gather.ts';
import { workerRoles } from '../infra/part.ts';
import { topics } from '../shared/topics.ts';

const folder = join(import.meta.dirname, '..', 'infra', 'deploy');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const docs = readFileSync(join(folder, '..', '..', 'docs', 'deploy.md'), 'utf8');

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: readonly unknown[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly requests: Record<string, string>; readonly limits: Record<string, string> };
  readonly securityContext: Record<string, unknown>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly securityContext: Record<string, unknown>;
  readonly terminationGracePeriodSeconds?: number;
  readonly automountServiceAccountToken?: boolean;
}

type Labels = Readonly<Record<string, string>>;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Labels };
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly selector?: { readonly matchLabels: Labels };
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly maxReplicaCount?: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly triggers?: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
}

const compose = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, ComposeService>; volumes: object; networks: Record<string, { internal?: boolean } | null> };
const kustomization = parse(read('kubernetes/kustomization.yaml')) as { resources: string[]; configMapGenerator: { name: string; files: string[] }[] };
const manifestsIn = (file: string): Manifest[] => parseAllDocuments(read(`kubernetes/${file}`)).map((one) => one.toJS() as Manifest);
const manifests = kustomization.resources.flatMap(manifestsIn);
const everyManifest = [...manifests, ...manifestsIn('topics-job.yaml')];
const pods = everyManifest.flatMap(({ kind, metadata, spec: { template } }) => (template === undefined ? [] : [{ kind, name: metadata.name, labels: template.metadata.labels, spec: template.spec }]));
const containers = pods.flatMap(({ name, spec }) => spec.containers.map((container) => ({ name, container })));
const workers = containers.filter(({ container }) => container.args[0] === 'run');

const secrets = (text: string): string[] => [...new Set([...text.replaceAll(/#.*/g, '').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!))];

function configOf(file: string): Config {
  const text = read(file);
  const parsed = parseConfig(text, '/etc/outcry/outcry.yaml', Object.fromEntries(secrets(text).map((name) => [name, 'x'.repeat(32)])));
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ line, message }) => `${file}:${line} ${message}`).join('\n'));
  return parsed.config;
}

const program = await createProgram();

/** What is wrong with a command line of ours: the command, an option, or the value of one that has a choice. */
function faultsOf(args: readonly string[]): string[] {
  const command = program.commands.find((one) => one.name() === args[0]);
  if (command === undefined) return [`no command ${args[0]}`];
  const faults: string[] = [];
  args.forEach((word, i) => {
    const option = command.options.find(({ long }) => long === word);
    if (word.startsWith('--') && option === undefined) faults.push(`${args[0]} has no ${word}`);
    if (option?.argChoices !== undefined && !option.argChoices.includes(args[i + 1]!)) faults.push(`${word} ${args[i + 1]}`);
  });
  return faults;
}

const onCompose = configOf('outcry.yaml');
const onKubernetes = configOf('kubernetes/outcry.yaml');
const roleOf = (args: readonly string[]): string | undefined => args[args.indexOf('--role') + 1];
const covers = (selector: Labels, labels: Labels): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);

let routes: readonly string[];
beforeAll(async () => {
  ({ routes } = await gatherReference());
});

test('both configurations are ones that Outcry takes, on Kafka and for a container', () => {
  for (const config of [onCompose, onKubernetes]) {
    expect(config.backend).toBe('kafka');
    expect(config.authorKey).not.toBeNull();
    expect(config.listen).toEqual({ host: '0.0.0.0', port: 8470 });
  }
});

test('the compose file starts each role once the topics are there, with command lines that Outcry takes', () => {
  const ours = Object.values(compose.services).filter(({ image }) => image.startsWith('outcry'));
  const run = ours.filter(({ command }) => command![0] === 'run');
  expect(run.map(({ command }) => roleOf(command!)).toSorted()).toEqual([...workerRoles].toSorted());
  for (const { depends_on: after, stop_grace_period: grace } of run) {
    expect(after!['topics']!.condition).toBe('service_completed_successfully');
    expect(Number.parseInt(grace!, 10)).toBeGreaterThan(15);
  }
  expect(compose.services['topics']!.depends_on!['kafka']!.condition).toBe('service_healthy');
  expect(ours.flatMap(({ command }) => faultsOf(command!))).toEqual([]);
  for (const { command, volumes, environment } of ours) {
    expect(command![command!.indexOf('--config') + 1]).toBe('/etc/outcry/outcry.yaml');
    expect(volumes).toEqual(['./outcry.yaml:/etc/outcry/outcry.yaml:ro']);
    expect(Object.keys(environment!)).toEqual(expect.arrayContaining(secrets(read('outcry.yaml'))));
  }
});

test('in the compose file only the board can be reached from this machine, and nothing from beyond it', () => {
  const published = Object.entries(compose.services).flatMap(([name, { ports }]) => (ports ?? []).map((port) => `${name} ${port}`));
  expect(published).toEqual(['notifier 127.0.0.1:8470:8470']);
  expect(compose.networks['inside']!.internal).toBe(true);
  for (const name of ['kafka', 'redis']) expect(compose.services[name]!.networks).toEqual(['inside']);
});

test('no container of the compose file has a right that it does not need, and secrets come from outside', () => {
  for (const [name, { cap_drop: dropped, security_opt: options, read_only: fixed, image }] of Object.entries(compose.services)) {
    expect([name, dropped, options]).toEqual([name, ['ALL'], ['no-new-privileges:true']]);
    if (name !== 'kafka') expect([name, fixed]).toEqual([name, true]);
    expect(image).toMatch(/:(?!latest$)[\w.-]+$/);
  }
  expect(Object.values(compose.services).flatMap(({ environment }) => environment?.['OUTCRY_AUTHOR_KEY'] ?? [])).toContainEqual(expect.stringMatching(/^\$\{OUTCRY_AUTHOR_KEY:\?/));
});

test('the compose file gives Outcry the Kafka and the Redis that its configuration names, kept as they must be', () => {
  const { kafka, redis } = onCompose;
  const broker = compose.services['kafka']!;
  expect(broker.environment!['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${kafka!.brokers[0]}`);
  expect(broker.environment!['KAFKA_AUTO_CREATE_TOPICS_ENABLE']).toBe('false');
  expect(kafka!.replicationFactor).toBe(1);
  expect(broker.volumes![0]).toBe(`kafka-data:${broker.environment!['KAFKA_LOG_DIRS']}`);
  expect(Object.keys(compose.volumes)).toContain('kafka-data');
  expect(new URL(redis.url).hostname in compose.services).toBe(true);
  expect(compose.services['redis']!.command!.join(' ')).toMatch(/--maxmemory \d+mb --maxmemory-policy noeviction/);
});

test('on Kubernetes each role has its workers, with command lines that Outcry takes and the one ConfigMap and Secret', () => {
  expect(workers.map(({ container }) => roleOf(container.args)).toSorted()).toEqual([...workerRoles].toSorted());
  const ours = containers.filter(({ container }) => /(^|\/)outcry(:|$)/.test(container.image));
  expect(ours).toHaveLength(workerRoles.length + 1);
  expect(ours.flatMap(({ container }) => faultsOf(container.args))).toEqual([]);
  for (const { container } of ours) {
    expect(container.args[container.args.indexOf('--config') + 1]).toBe('/etc/outcry/outcry.yaml');
    expect(container.volumeMounts).toEqual([{ name: 'config', mountPath: '/etc/outcry', readOnly: true }]);
    expect(container.envFrom).toEqual([{ secretRef: { name: 'outcry' } }]);
  }
  expect(kustomization.configMapGenerator).toEqual([expect.objectContaining({ name: 'outcry', files: ['outcry.yaml'] })]);
});

test('who takes pushed posts keeps its name after a restart', () => {
  expect(onKubernetes.sources.some(({ definition }) => definition.workers === 'each')).toBe(true);
  const ingest = manifests.find(({ metadata, spec }) => metadata.name === 'outcry-ingest' && spec.template !== undefined)!;
  expect(ingest.kind).toBe('StatefulSet');
  expect(manifests.some(({ kind, metadata }) => kind === 'Service' && metadata.name === ingest.spec.serviceName)).toBe(true);
  const { args, env } = ingest.spec.template!.spec.containers[0]!;
  expect(args[args.indexOf('--instance') + 1]).toBe('$(POD_NAME)');
  expect(env).toContainEqual({ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } });
});

test('no manifest holds a secret, and the doc says how to make the one that all of them name', () => {
  expect(everyManifest.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  const values = containers.flatMap(({ container }) => container.env ?? []).filter(({ name, value }) => value !== undefined && name !== 'NODE_OPTIONS');
  expect(values).toEqual([]);
  for (const name of secrets(read('kubernetes/outcry.yaml'))) expect(docs).toContain(`--from-literal=${name}=`);
});

test('no pod is of rank: not root, nothing to write to, no capabilities, no token of the cluster', () => {
  for (const { name, spec } of pods) {
    expect([name, spec.securityContext]).toEqual([name, expect.objectContaining({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })]);
    expect([name, spec.automountServiceAccountToken]).toEqual([name, false]);
  }
  for (const { name, container } of containers) {
    expect([name, container.securityContext]).toEqual([name, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }]);
    expect([name, Object.keys(container.resources.requests), Object.keys(container.resources.limits)]).toEqual([name, ['cpu', 'memory'], ['cpu', 'memory']]);
  }
});

test('workers are asked whether they live and are ready where they answer it, and have time to stop', () => {
  for (const { name, container } of workers) {
    expect(container.ports).toEqual([{ name: 'http', containerPort: onKubernetes.listen.port }]);
    const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe].map((probe) => probe!.httpGet!);
    expect([name, asked.map(({ path }) => path)]).toEqual([name, ['/healthz', '/healthz', '/readyz']]);
    for (const { path, port } of asked) {
      expect(routes).toContain(`GET ${path}`);
      expect(port).toBe('http');
    }
  }
  for (const { spec } of pods.filter(({ spec }) => spec.containers.some(({ args }) => args[0] === 'run'))) expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
});

test('what selects pods finds some: services, budgets for each role, and policies for every pod', () => {
  const found = (selector: Labels) => pods.filter(({ labels }) => covers(selector, labels)).map(({ name }) => name);
  for (const { metadata, spec } of manifests) {
    const selector = spec.selector?.matchLabels ?? spec.podSelector?.matchLabels ?? (spec.selector as Labels | undefined);
    expect([metadata.name, found(selector!).length > 0]).toEqual([metadata.name, true]);
  }
  const budgets = manifests.filter(({ kind }) => kind === 'PodDisruptionBudget').flatMap(({ spec }) => found(spec.selector!.matchLabels));
  expect(budgets.toSorted()).toEqual(workers.map(({ name }) => name).toSorted());
  const guarded = new Set(manifests.filter(({ kind }) => kind === 'NetworkPolicy').flatMap(({ spec }) => found(spec.podSelector!.matchLabels)));
  expect(pods.map(({ name }) => name).filter((name) => !guarded.has(name))).toEqual([]);
});

test('detectors are scaled by the lag of their own group, to no more than there are partitions', () => {
  const [scaled] = manifestsIn('keda.yaml');
  expect(manifests.some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === scaled!.spec.scaleTargetRef!.name)).toBe(true);
  expect(scaled!.spec.maxReplicaCount).toBe(onKubernetes.partitions);
  expect(scaled!.spec.triggers![0]!.metadata).toMatchObject({ consumerGroup: 'outcry-detector', topic: topics.observations.name, bootstrapServers: onKubernetes.kafka!.brokers[0] });
});

test('every manifest of the folder is applied or told of in the doc', () => {
  const files = readdirSync(join(folder, 'kubernetes')).filter((name) => name !== 'kustomization.yaml' && name !== 'outcry.yaml');
  expect(files.filter((name) => !kustomization.resources.includes(name) && !docs.includes(`kubernetes/${name}`))).toEqual([]);
});
