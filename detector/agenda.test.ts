import { expect, test } from 'vitest';
import { createAgenda } from './agenda.ts';
import { createRandom } from './detector.fixture.ts';

interface Thing {
  readonly at: number;
  readonly name: string;
}

const compare = (a: Thing, b: Thing): number => a.at - b.at || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

test('things pushed and taken in turns come out as a sorted list would give them', () => {
  const random = createRandom(5);
  const agenda = createAgenda(compare);
  let list: Thing[] = [];
  let now = -1_000;
  for (let round = 0; round < 3_000; round++) {
    for (let n = Math.floor(random() * 4); n > 0; n--) {
      const far = random() < 0.05 ? 300_000 : 2_000;
      const thing = { at: now + Math.floor(random() * far), name: `${Math.floor(random() * 50)}` };
      agenda.push(thing);
      list = [...list, thing].sort(compare);
    }
    expect(agenda.peek()).toEqual(list[0]);
    now += Math.floor(random() * 60);
    for (let take = Math.floor(random() * 5); take > 0; take--) {
      const due = list[0] !== undefined && list[0].at < now ? list.shift() : undefined;
      expect(agenda.next(now)).toEqual(due);
    }
    // nothing is pushed before what was taken
    if (list[0] !== undefined && list[0].at < now) now = Math.min(now, list[0].at);
  }
  expect(agenda.all()).toEqual(list);
});
