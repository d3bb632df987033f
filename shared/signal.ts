// A Signal: the evidence that a service's report rate has left its baseline, with everything that is needed to
// recompute the decision by hand.
import { z } from 'zod';

export const signalSchema = z.object({
  rule: z.string().describe('which test fired: a CUSUM of the bank, a slow scale, or the volume of posts that address the service'),
  jump: z.number().describe('the jump factor that the test looks for'),
  since: z.number().int().describe('ms: where its statistic last stood at zero'),
  observed: z.number().describe('weighted distinct reports since then'),
  expected: z.number().describe('expected mass since then'),
  statistic: z.number().describe('observed x ln(jump) - (jump - 1) x expected, over the dispersion'),
  dispersion: z.number().describe('variance over mean that the statistic is divided by; 1 is Poisson'),
  threshold: z.number(),
  tail: z.number().describe('-log10 of the chance of so many reports at the baseline (negative binomial)'),
  share: z.number().describe('reports among mentions since then'),
  expectedShare: z.number(),
});
export type Signal = z.infer<typeof signalSchema>;
