// `npm run services -- up|down|status`: Kafka and Redis on loopback for development. `up` leaves a process behind that
// owns both and answers on a socket in the cache folder; with its end, however it comes, they end too.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBoth } from './both.ts';
import { cacheFolder, bringKafka, kafkaVersion } from './kafka-jars.ts';

const usage = `usage: npm run services -- COMMAND
  up      starts Apache Kafka ${kafkaVersion} and Redis on 127.0.0.1 in the background, and prints their addresses
  down    ends them and removes their data
  status  prints their addresses; exit code 1 where they do not run
KAFKA_BROKERS or REDIS_URL in the environment: that one is used and not started.`;

const kafkaPort = 9_092;
const redisPort = 6_379;
const startMs = 120_000;

interface Running {
  readonly pid: number;
  readonly brokers: readonly string[];
  readonly url: string;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** One keeper a user and cache folder. The path of a socket may have 100 characters. */
function socketPath(): string {
  const inCache = join(cacheFolder(), 'services.sock');
  return inCache.length < 100 ? inCache : join(tmpdir(), `outcry-services-${process.getuid?.() ?? 0}.sock`);
}

const logPath = (): string => join(cacheFolder(), 'services.log');

/** What the keeper answers to a word; undefined where there is none. `down` is answered when all has ended. */
function askKeeper(word: 'status' | 'down'): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(socketPath(), () => socket.end(word));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', () => resolve(undefined));
    socket.on('end', () => resolve(answer));
  });
}

async function status(): Promise<Running | undefined> {
  const answer = await askKeeper('status');
  return answer === undefined || answer === '' ? undefined : (JSON.parse(answer) as Running);
}

function tell({ brokers, url }: Running): void {
  process.stdout.write(`export KAFKA_BROKERS=${brokers.join(',')}\nexport REDIS_URL=${url}\n`);
}

async function up(): Promise<number> {
  const before = await status();
  if (before !== undefined) {
    say('already up');
    tell(before);
    return 0;
  }
  // in the foreground, because it takes a while and may have something to say
  if ((process.env['KAFKA_BROKERS'] ?? '') === '') bringKafka(say);
  mkdirSync(cacheFolder(), { recursive: true });
  const log = openSync(logPath(), 'w');
  const keeper = spawn(process.execPath, [import.meta.filename, 'keep'], { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let ended = false;
  keeper.once('exit', () => (ended = true));
  for (const end = Date.now() + startMs; Date.now() < end && !ended; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const running = await status();
    if (running === undefined) continue;
    keeper.unref();
    tell(running);
    return 0;
  }
  if (!ended) keeper.kill();
  say(`they did not start:\n${readFileSync(logPath(), 'utf8')}`);
  return 1;
}

async function down(): Promise<number> {
  say((await askKeeper('down')) === undefined ? 'nothing runs' : 'ended');
  return 0;
}

/** The process behind `up`: owns both servers until it is told to end. */
async function keep(): Promise<void> {
  const { kafka, redis, stop } = await startBoth({ kafka: { port: kafkaPort, longLived: true, say }, redis: { port: redisPort, say } });
  const about: Running = { pid: process.pid, brokers: kafka.brokers, url: redis.url };
  const end = (server: Server): Promise<void> => {
    server.close();
    return stop();
  };
  // half open: the asker ends its side with the word, and the answer may take a while
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let word = '';
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (chunk: string) => (word += chunk));
    socket.on('end', () => {
      if (word === 'down') void end(server).then(() => socket.end('ended'));
      else socket.end(JSON.stringify(about));
    });
  });
  // a keeper that was killed leaves its socket behind
  rmSync(socketPath(), { force: true });
  server.listen(socketPath());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(server));
}

const commands: Readonly<Record<string, () => Promise<number | void>>> = {
  up, down, keep,
  async status() {
    const running = await status();
    if (running === undefined) say('nothing runs');
    else tell(running);
    return running === undefined ? 1 : 0;
  },
};

const command = commands[process.argv[2] ?? ''];
if (command === undefined || process.argv.length > 3) {
  say(usage);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await command()) ?? 0;
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  }
}
