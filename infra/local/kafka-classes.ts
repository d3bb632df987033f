// Kafka's classes in the form in which this machine's Java holds them in memory (class data sharing): a broker that finds
// them starts with a third of the work. Nobody needs them, so what hinders their writing is told and goes no further.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { bringKafka } from './kafka-jars.ts';
import { startKafka } from './kafka.ts';

const endMs = 60_000;

/** Writes them beside the jars where they are missing: once a Java and a version of Kafka, from a broker that starts and ends. */
export async function bringClasses(say: (line: string) => void): Promise<void> {
  const { classes } = bringKafka(say);
  if (existsSync(classes)) return;
  // whoever else writes the same at this moment has a file of his own
  const written = `${classes}-${process.pid}`;
  try {
    say("keeping Kafka's classes for faster starts (once) ...");
    const kafka = await startKafka({ own: true, say, jvm: [`-XX:ArchiveClassesAtExit=${written}`] });
    try {
      const tooLong = wait(endMs, undefined, { ref: false }).then(() => Promise.reject(new Error(`the broker did not end within ${endMs} ms`)));
      await Promise.race([kafka.end(), tooLong]);
      renameSync(written, classes);
    } finally {
      await kafka.stop();
    }
  } catch (error) {
    say(`brokers start without kept classes: ${(error as Error).message}`);
    rmSync(written, { force: true });
  }
}
