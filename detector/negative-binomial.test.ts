import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { logGamma, negativeBinomialLog10UpperTail, negativeBinomialLogPmf } from './negative-binomial.ts';

// Count, mean, dispersion, ln P(X = count), log10 P(X >= count): summed term by term with 80 digits.
const known: [number, number, number, number, number][] = [
  [0, 2.5, 0.4, -1.7328679513998633, -7.104439824588219e-41],
  [1, 2.5, 0.4, -1.5097244000856536, -0.08448234358963222],
  [3, 0.05, 0, -10.828956289890028, -4.697506866329973],
  [20, 1, 0, -43.335616460753485, -18.79927871523938],
  [20, 1, 0.1, -32.791412227677604, -14.180843129983336],
  [400, 3, 0, -1564.0557825159974, -679.2575344964002],
  [400, 3, 0.5, -200.16886954283802, -86.5326739705107],
  [5, 20, 0.1, -5.411546467346753, -0.001757903379051368],
  [95, 100, 0, -3.323891201930338, -0.15192135379210597],
  [100, 100, 0, -3.2223569567543535, -0.28962975249619316],
  [101, 100, 0.01, -3.579297542123682, -0.32621835142079847],
  [110, 100, 1e-09, -3.754056073247257, -0.768123043086665],
  [1000, 10, 1, -97.70807507712323, -41.39268515822504],
  [5000, 10, 0, -26088.218043906538, -11329.968269873123],
  [1, 1e-06, 0.2, -13.815511757964154, -6.000000260576646],
  [40, 50, 2, -5.125503081164065, -0.4273880611772322],
  [30000, 29000, 0.001, -8.352534646429143, -0.8469153112642088],
  [9800, 10000, 0, -7.527484157244768, -0.009754911299649456],
  [3, 400, 3, -4.121527391328851, -0.0686854762050664],
  [2, 0.001, 10, -12.131658160517501, -5.265689491850591],
];

function agrees(actual: number, exact: number): void {
  expect(Math.abs(actual - exact)).toBeLessThan(1e-11 * Math.max(1, Math.abs(exact)));
}

test('log probabilities agree with exact sums to eleven digits, Poisson to strongly overdispersed', () => {
  for (const [count, mean, dispersion, logPmf] of known) agrees(negativeBinomialLogPmf(count, mean, dispersion), logPmf);
});

test('upper tails agree with exact sums to eleven digits, down to 1e-11000', () => {
  for (const [count, mean, dispersion, , tail] of known) {
    agrees(negativeBinomialLog10UpperTail(count, mean, dispersion), tail);
  }
});

test('the log gamma function is right at factorials, at a half and near zero', () => {
  agrees(logGamma(1), 0);
  agrees(logGamma(2), 0);
  agrees(logGamma(0.5), Math.log(Math.sqrt(Math.PI)));
  agrees(logGamma(11), Math.log(3_628_800));
  agrees(logGamma(1e-8), 18.420680738180209);
  agrees(logGamma(1e6), 12815504.569147611);
  expect(logGamma(0)).toBeNaN();
});

test('the tail less the next tail is the probability of the count itself', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300 }),
      fc.double({ min: 0.01, max: 300, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      (count, mean, dispersion) => {
        const here = 10 ** negativeBinomialLog10UpperTail(count, mean, dispersion);
        const next = 10 ** negativeBinomialLog10UpperTail(count + 1, mean, dispersion);
        const pmf = Math.exp(negativeBinomialLogPmf(count, mean, dispersion));
        expect(Math.abs(here - next - pmf)).toBeLessThan(1e-10);
      },
    ),
  );
});

test('a higher count is never likelier to be exceeded, whole or not', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 2000, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.double({ min: 1e-6, max: 500, noNaN: true }),
      fc.double({ min: 0, max: 10, noNaN: true }),
      (count, more, mean, dispersion) => {
        const lower = negativeBinomialLog10UpperTail(count, mean, dispersion);
        const upper = negativeBinomialLog10UpperTail(count + more, mean, dispersion);
        expect(upper).toBeLessThanOrEqual(lower + 1e-9 * Math.abs(lower) + 1e-12);
        expect(lower).toBeLessThanOrEqual(0);
      },
    ),
  );
});

test('vanishing dispersion approaches Poisson smoothly', () => {
  for (const count of [1, 40, 60, 500]) {
    agrees(negativeBinomialLogPmf(count, 50, 1e-14), negativeBinomialLogPmf(count, 50, 0));
    agrees(negativeBinomialLog10UpperTail(count, 50, 1e-14), negativeBinomialLog10UpperTail(count, 50, 0));
  }
});

test('a silent service makes any report impossible, and nonsense gives NaN', () => {
  expect(negativeBinomialLog10UpperTail(1, 0, 0.1)).toBe(-Infinity);
  expect(negativeBinomialLog10UpperTail(0, 0, 0.1)).toBe(0);
  expect(negativeBinomialLogPmf(0, 0, 0)).toBe(0);
  expect(negativeBinomialLogPmf(-1, 3, 0)).toBe(-Infinity);
  expect(negativeBinomialLog10UpperTail(Number.NaN, 3, 0)).toBeNaN();
  expect(negativeBinomialLog10UpperTail(3, -1, 0)).toBeNaN();
});

test('counts from the smallest to the largest double give a tail between nothing and certainty', () => {
  const size = fc.double({ min: 0, max: Number.MAX_VALUE, noNaN: true });
  fc.assert(
    fc.property(size, size, size, (count, mean, dispersion) => {
      const tail = negativeBinomialLog10UpperTail(count, mean, dispersion);
      expect(tail).toBeLessThanOrEqual(0);
    }),
  );
  expect(negativeBinomialLog10UpperTail(Infinity, 5, 0.1)).toBe(-Infinity);
});
