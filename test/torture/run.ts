// The long torture of the stream sources, by hand: `node test/torture/run.ts [source] [posts] [breaks] [losses]`. Without a
// source all of them. Prints what became of the posts, and fails where one was lost or taken twice.
import { torture } from './torture.ts';
import { torturedStreams } from './streams.ts';

const [wanted = 'all', posts = '1000000', cuts = '1000', losses = '10'] = process.argv.slice(2);
let failed = false;
for (const [name, make] of Object.entries(torturedStreams)) {
  if (wanted !== 'all' && wanted !== name) continue;
  const outcome = await torture(make, { posts: Number(posts), cuts: Number(cuts), losses: Number(losses), seed: name });
  failed ||= outcome.lost > 0 || outcome.twice > 0 || outcome.left > 0;
  process.stdout.write(`${name} ${JSON.stringify(outcome)}\n`);
}
process.exitCode = failed ? 1 : 0;
