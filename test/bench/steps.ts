// What the steps cost through which only mentions go: naming and hashing, the frame, the judge, the log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { readCatalog } from '../../infra/config.ts';
import { openEmbedded } from '../../infra/backends/index.ts';
import { createAnonymiser } from '../../ingest/author.ts';
import { createMatcher } from '../../ingest/match.ts';
import { createMentionMaker } from '../../ingest/mentions.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../shared/frame.ts';
import { readPost, type Post } from '../../shared/post.ts';
import { topics } from '../../shared/topics.ts';
import { authorKey, partitions } from './chain.ts';
import { leastUs, short, tell } from './figure.ts';
import { writePosts } from './posts.ts';

const rounds = short ? 3 : 8;
const perFrame = 60;
const services = readCatalog().slice(0, 300);
const matcher = createMatcher(services);
const lines = writePosts({ count: short ? 2_000 : 6_000, postsPerSecond: 400, startMs: Date.UTC(2026, 0, 5, 12), mentionShare: 1, services, outageFrom: 0.5 });
const posts = lines.toString().trimEnd().split('\n').flatMap((line): Post[] => {
  const read = readPost(JSON.parse(line));
  return 'post' in read ? [read.post] : [];
});
const maker = createMentionMaker(services, matcher, createAnonymiser(authorKey));
const mentions = posts.flatMap((post) => maker.mentionsOf(post, 'bench', 1, undefined, false));

tell('mention.name', await leastUs(rounds, posts.length, () => {
  for (const post of posts) maker.mentionsOf(post, 'bench', 1, undefined, false);
}), 'us');
let stranger = 0;
const anonymise = createAnonymiser(authorKey);
tell('mention.author-hash', await leastUs(rounds, posts.length, () => {
  for (const post of posts) anonymise('bench', `${post.author}${stranger++}`);
}), 'us');

const judge = createJudge(readLexicons(), services);
tell('mention.judge', await leastUs(rounds, mentions.length, () => {
  for (const mention of mentions) judge.judge(mention);
}), 'us');

const frames: Frame[] = [];
for (let at = 0; at < mentions.length; at += perFrame) {
  frames.push({
    v: 1, source: 'bench', instance: '1', epoch: 1, seq: at, state: 'live', filtered: false, watermark: 1, cursor: '', reads: [[1, perFrame]],
    mentions: mentions.slice(at, at + perFrame), notices: [], deletions: [],
  });
}
const encoded = frames.map(encodeFrame);
tell('mention.frame-bytes', encoded.reduce((sum, bytes) => sum + bytes.length, 0) / mentions.length, 'bytes');
tell('mention.frame-encode', await leastUs(rounds, mentions.length, () => {
  for (const frame of frames) encodeFrame(frame);
}), 'us');
tell('mention.frame-decode', await leastUs(rounds, mentions.length, () => {
  for (const bytes of encoded) decodeFrame(bytes, false);
}), 'us');

const folder = mkdtempSync(join(tmpdir(), 'outcry-bench-'));
try {
  const { bus } = openEmbedded({ file: join(folder, 'outcry.db'), partitions, mode: 'own', maxBytes: null });
  tell('frame.publish', await leastUs(rounds, encoded.length, async () => {
    // four frames and a cursor at a time, as the intake does
    for (let at = 0; at < encoded.length; at += partitions) {
      await bus.publish([
        ...encoded.slice(at, at + partitions).map((value, partition) => ({ topic: topics.observations.name, partition, key: 'bench', value })),
        { topic: topics.cursors.name, key: 'bench', value: new Uint8Array(80) },
      ]);
    }
  }), 'us');
  await bus.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
