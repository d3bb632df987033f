// Apache Kafka's files: the pinned jars of kafka-jars.txt, fetched by Maven from wherever this machine's Maven is told
// to fetch, checked byte for byte, and kept in the user's cache. Starting a broker from them is kafka.ts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bringProgram, type Program } from './programs.ts';

/** The version of Apache Kafka that kafka-jars.txt holds. */
export const kafkaVersion = '4.1.0';

const byHand = `Install Java 17 or newer and Maven (Debian, Ubuntu: \`apt-get install default-jre-headless maven\`; macOS: \`brew install openjdk maven\`), \
or start a broker elsewhere and name it, for instance \`docker run -p 9092:9092 apache/kafka:${kafkaVersion}\` and \`KAFKA_BROKERS=127.0.0.1:9092\`.`;
const javaProgram: Program = { name: 'java', debianPackage: 'default-jre-headless', byHand };
const mavenProgram: Program = { name: 'mvn', debianPackage: 'maven', byHand };
const fetchPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

interface Jar {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly sha256: string;
}

/** Where files that can be fetched again are kept: $OUTCRY_CACHE, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['OUTCRY_CACHE'];
  if (named !== undefined && named !== '') return named;
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && base !== '' ? base : join(homedir(), '.cache'), 'outcry');
}

/**
 * Java, the folder of the jars, fetched first where they are missing, and the file for this Java's own form of their classes,
 * which kafka-classes.ts writes and nobody needs. Throws one error that says what to install, or
 * which file is not what `list` pins (lines of SHA-256 and group:artifact:version).
 */
export function bringKafka(say: (line: string) => void, env: NodeJS.ProcessEnv = process.env, list: string = readFileSync(listFile, 'utf8')): { java: string; jars: string; classes: string } {
  const java = bringProgram(javaProgram, say, env);
  const version = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr ?? '';
  const major = Number(/version "(\d+)/.exec(version)?.[1] ?? 0);
  if (major < 17) throw new Error(`${java} is Java ${major}, and Kafka ${kafkaVersion} needs 17. ${byHand}`);
  const jars = join(cacheFolder(env), `kafka-${kafkaVersion}-${digest(Buffer.from(list)).slice(0, 8)}`);
  if (!existsSync(jars)) fetchJars(parseList(list), jars, say, env);
  return { java, jars, classes: `${jars}-${digest(Buffer.from(version)).slice(0, 8)}.jsa` };
}

const listFile = join(import.meta.dirname, 'kafka-jars.txt');

function parseList(list: string): Jar[] {
  const lines = list.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [sha256, coordinates] = line.split(' ') as [string, string];
    const [group, artifact, version] = coordinates.split(':') as [string, string, string];
    return { group, artifact, version, sha256 };
  });
}

const fileOf = (jar: Jar): string => `${jar.artifact}-${jar.version}.jar`;
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Fetches into a folder beside the target and renames it at the end: a half-fetched one is never taken for whole. */
function fetchJars(jars: readonly Jar[], target: string, say: (line: string) => void, env: NodeJS.ProcessEnv): void {
  const maven = bringProgram(mavenProgram, say, env);
  say(`fetching Apache Kafka ${kafkaVersion} (43 MB, once) ...`);
  mkdirSync(cacheFolder(env), { recursive: true });
  const folder = mkdtempSync(`${target}-`);
  try {
    writeFileSync(join(folder, 'pom.xml'), pomOf(jars));
    const args = ['--batch-mode', '--quiet', fetchPlugin, `-DoutputDirectory=${join(folder, 'jars')}`];
    const run = spawnSync(maven, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', env });
    if (run.status !== 0) throw new Error(`Maven could not fetch Apache Kafka:\n${`${run.stdout}${run.stderr}`.slice(-2_000)}`);
    for (const jar of jars) {
      const found = digest(readFileSync(join(folder, 'jars', fileOf(jar))));
      if (found !== jar.sha256) throw new Error(`${fileOf(jar)} is not the pinned file: SHA-256 ${found}, and kafka-jars.txt says ${jar.sha256}. Nothing was kept.`);
    }
    settle(join(folder, 'jars'), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another process may have brought the same files meanwhile: then theirs serve. */
function settle(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** Every jar by name and none by inheritance: what is fetched is what the list pins. */
function pomOf(jars: readonly Jar[]): string {
  const dependencies = jars.map(
    ({ group, artifact, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>` +
      '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>',
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>outcry</groupId><artifactId>local-kafka</artifactId><version>1</version>
<dependencies>
${dependencies.join('\n')}
</dependencies></project>
`;
}
