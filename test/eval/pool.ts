// Runs tasks in worker threads, two at a time. The order in which they end must not matter and does not.
import { Worker } from 'node:worker_threads';
import type { EvalOptions } from './part.ts';

export interface Task {
  readonly part: string;
  readonly task: string;
}
export interface Answer {
  readonly result: unknown;
  readonly cpuMs: number;
}

/** Runs all tasks on `threads` workers. Rejects with the first failure, once every worker has stopped. `done` hears of each as it ends. */
export async function runTasks(tasks: readonly Task[], options: EvalOptions, threads: number, done: (task: Task, cpuMs: number) => void): Promise<Map<Task, Answer>> {
  const answers = new Map<Task, Answer>();
  let next = 0;
  const one = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options });
    try {
      while (next < tasks.length) {
        const task = tasks[next++]!;
        const answer = await new Promise<Answer>((resolve, reject) => {
          worker.once('message', (message: Answer) => {
            worker.off('error', reject);
            resolve(message);
          });
          worker.once('error', reject);
          worker.postMessage(task, []);
        });
        answers.set(task, answer);
        done(task, answer.cpuMs);
      }
    } catch (error) {
      next = tasks.length;
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(threads, tasks.length) }, one));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return answers;
}
