// In which order test files start: those that take longest first, so that none of them ends alone. Vitest knows only what it
// measured on this machine, and on a fresh clone goes by the size of the files, which says nothing of those with processes.
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By the clock, as measured; one that is not named takes less. */
const longest = [
  'crash', 'faults', 'quality', 'migrate', 'kafka-bus', 'cli', 'determinism', 'x', 'kafka-handover', 'kafka-parity', 'hostile-web', 'board', 'first-run', 'http-faults', 'board-official', 'sources', 'reload', 'hostile',
  'telegram', 'source-torture', 'feed', 'examples', 'disk', 'x-handover', 'topics-command', 'pushed-sources', 'reddit',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = longest.indexOf(basename(moduleId, '.test.ts'));
  return place === -1 ? longest.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWhole = ({ project }: TestSpecification): boolean => project.name === 'whole';
    return [...sorted.filter(isWhole).toSorted((a, b) => placeOf(a) - placeOf(b)), ...sorted.filter((one) => !isWhole(one))];
  }
}
