// What other budgets of false alarms would have meant on what stands in the log: the stored observations through the live
// code, once for each. Nothing is sent, nothing is changed.
import type { Judge } from '../detector/judge.ts';
import type { DetectorSettings } from '../detector/settings.ts';
import type { InRecord } from '../shared/bus.ts';
import { decodeFrame } from '../shared/frame.ts';
import type { Incident } from '../shared/incident.ts';
import type { Mention } from '../shared/observation.ts';
import type { Service } from '../shared/service.ts';
import { byOpening, diffAlerts, type AlertDiff } from './alert-diff.ts';
import { createFoldThrough } from './fold-through.ts';

const yearMs = 365.25 * 86_400_000;

export interface TuneOptions {
  readonly services: readonly Service[];
  readonly settings: DetectorSettings;
  readonly settingsHash: string;
  readonly judge: Judge;
  readonly partitions: number;
  /** False alarms per service and year; the one of `settings` need not be among them. */
  readonly budgets: readonly number[];
}

export interface Outcome {
  readonly budget: number;
  readonly alerts: readonly Incident[];
  /** Of the alerts. */
  readonly confirmed: number;
  readonly retracted: number;
  /** Against the budget of the settings. */
  readonly diff: AlertDiff<Incident>;
}

export interface Tuned {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Services that anybody spoke of. */
  readonly heard: number;
  /** Years of listening times services heard. */
  readonly serviceYears: number;
  /** By budget, the smallest first, that of the settings among them. */
  readonly outcomes: readonly Outcome[];
}

export interface Tuning {
  /** Takes observations in the order of each partition. */
  take(records: readonly InRecord[]): Promise<void>;
  end(): Tuned;
}

/** Begins without any state: what the log has let go of is not known to the folds. */
export function createTuning(options: TuneOptions): Tuning {
  const own = options.settings.budgetPerServiceYear;
  const budgets = [...new Set([own, ...options.budgets])].sort((a, b) => a - b);
  const heard = new Set<string>();
  let from = Infinity;
  let to = -Infinity;

  // each budget hears the same posts: they are judged once
  const judged = new Map<string, ReturnType<Judge['judge']>>();
  const judge: Judge = {
    ...options.judge,
    judge(mention: Mention) {
      const key = `${mention.service}\n${mention.id}`;
      const known = judged.get(key) ?? options.judge.judge(mention);
      judged.set(key, known);
      return known;
    },
  };

  const runs = budgets.map((budget) => {
    const told = new Map<string, Incident>();
    const fold = createFoldThrough({
      ...options,
      settings: { ...options.settings, budgetPerServiceYear: budget },
      judge,
      alert: (alert) => {
        if (alert.told || told.has(alert.incident.id)) told.set(alert.incident.id, alert.incident);
      },
      evidence: () => {},
    });
    return { budget, told, fold };
  });

  return {
    async take(records) {
      for (const { topic, key, partition, value, headers } of records) {
        const decoded = decodeFrame(value ?? new Uint8Array(), false);
        if ('frame' in decoded) {
          // a source's first frame says nothing of time yet
          if (decoded.frame.reads.length > 0) from = Math.min(from, decoded.frame.watermark);
          to = Math.max(to, decoded.frame.watermark);
          for (const { service } of decoded.frame.mentions) heard.add(service);
        }
        for (const { fold } of runs) await fold.publish([{ topic, key, partition, value, headers }]);
        judged.clear();
      }
    },
    end() {
      for (const { fold } of runs) fold.settle();
      const found = runs.map(({ budget, told }) => ({ budget, alerts: byOpening([...told.values()]) }));
      const usual = found.find(({ budget }) => budget === own)!.alerts;
      const outcomes = found.map(({ budget, alerts }): Outcome => ({
        budget, alerts,
        confirmed: alerts.filter(({ confirmedAt }) => confirmedAt !== null).length,
        retracted: alerts.filter(({ state }) => state === 'retracted').length,
        diff: diffAlerts(usual, alerts),
      }));
      const none = from > to;
      return { fromMs: none ? null : from, toMs: none ? null : to, heard: heard.size, serviceYears: none ? 0 : (heard.size * (to - from)) / yearMs, outcomes };
    },
  };
}
