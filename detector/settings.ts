// The detector's settings: few, each with its default and one line of help. Everything else in the detector is a
// constant with its reason beside it.
import { z } from 'zod';

export const detectorSettingsSchema = z.strictObject({
  budgetPerServiceYear: z.number().min(0.001).max(1_000).default(1).describe('false alarms that one service may raise in a year'),
  minReporters: z.number().int().min(1).max(30).default(5).describe('distinct people who must report before anything is said; at most 30, because among copies three times as many are asked for and only the last 128 reports are looked at'),
  quietMinutes: z.number().min(1).max(240).default(15).describe('minutes of calm before an incident is resolved; reports of recovery shorten them'),
  reopenHours: z.number().min(0).max(72).default(6).describe('hours in which a resolved incident that comes back is the same incident'),
  copyCap: z.number().min(1).max(100).default(3).describe('weight that a post and all its reposts and near-copies can reach together'),
  shareTest: z.boolean().default(true).describe('a surge of posts counts only if the share of reports among them rises too'),
});
export type DetectorSettings = z.infer<typeof detectorSettingsSchema>;
