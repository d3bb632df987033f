import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createStored } from './stored.ts';

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-stored-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'kept');
}

/** Keeps the double of a number in a folder; says how often it was made. */
function doubling(folder: string): { double: (n: number) => number; made: () => number } {
  let made = 0;
  const double = (n: number): number =>
    createStored(folder)('double', [n], () => {
      made++;
      return { numbers: Int32Array.of(2 * n) };
    }).numbers[0]!;
  return { double, made: () => made };
}

test('what was made once of the same inputs is not made again, and other inputs have their own', () => {
  const { double, made } = doubling(folderOf());
  expect([double(2), double(2), double(3), double(2)]).toEqual([4, 4, 6, 4]);
  expect(made()).toBe(2);
});

test('a file that is cut short, damaged or emptied is made anew and mended', () => {
  const folder = folderOf();
  const { double, made } = doubling(folder);
  double(2);
  const file = join(folder, readdirSync(folder)[0]!);
  const whole = readFileSync(file);
  const harms = [() => truncateSync(file, whole.length - 1), () => truncateSync(file, 5), () => writeFileSync(file, ''), () => writeFileSync(file, whole.map((byte, at) => (at === whole.length - 3 ? byte ^ 1 : byte)))];
  for (const harm of harms) {
    harm();
    expect(double(2)).toBe(4);
    expect(readFileSync(file).equals(whole)).toBe(true);
  }
  expect(made()).toBe(1 + harms.length);
});

test('where nothing can be kept all is made each time, and nobody hears of it', () => {
  const folder = folderOf();
  writeFileSync(folder, 'no folder');
  const { double, made } = doubling(folder);
  expect([double(2), double(2)]).toEqual([4, 4]);
  expect(made()).toBe(2);
});

test('of one name only the newest few are kept, and no unfinished file stays', () => {
  const folder = folderOf();
  const { double } = doubling(folder);
  for (let n = 0; n < 20; n++) double(n);
  expect(readdirSync(folder)).toHaveLength(8);
});
