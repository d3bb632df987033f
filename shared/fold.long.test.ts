// Every code point there is: too long for each change of code.
import { expect, test } from 'vitest';
import { foldCodePoint, foldText } from './fold.ts';

test('folding twice changes nothing, for every code point there is', () => {
  const changed: string[] = [];
  for (let cp = 0; cp <= 0x10ffff; cp++) {
    const once = foldCodePoint(String.fromCodePoint(cp));
    if (foldText(once) !== once) changed.push(cp.toString(16));
  }
  expect(changed).toEqual([]);
});
