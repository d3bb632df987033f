// A worker thread of the evaluation: takes a task, answers with its result and what it cost.
import { parentPort, workerData } from 'node:worker_threads';
import type { EvalOptions } from './part.ts';
import { parts } from './parts.ts';
import type { Answer, Task } from './pool.ts';

parentPort!.on('message', async ({ part: name, task }: Task) => {
  const part = parts.find((one) => one.name === name);
  if (part === undefined) throw new Error(`no part ${name}`);
  const before = process.threadCpuUsage();
  const result = await part.run(task, workerData as EvalOptions);
  const spent = process.threadCpuUsage(before);
  parentPort!.postMessage({ result, cpuMs: (spent.user + spent.system) / 1_000 } satisfies Answer, []);
});
