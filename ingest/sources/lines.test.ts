import { expect, test } from 'vitest';
import { createIntakeHouse, start } from '../intake.fixture.ts';
import { createLineFeed } from './lines.ts';

const post = (id: string) => JSON.stringify({ id, ts: start, text: 'acme is down', author: id });

test('posts are taken wherever the chunks are cut, with blank lines, CRLF or a byte order mark around them', () => {
  const bytes = Buffer.from(`\ufeff${post('a')}\r\n\r\n\n${post('b')}\n${post('c')}`);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const { intake } = createIntakeHouse();
    const feed = createLineFeed(intake);
    for (let at = 0; at < bytes.length; at += size) feed.take(bytes.subarray(at, at + size));
    feed.end();
    expect({ posts: intake.counts.posts, dropped: [...intake.counts.dropped], taken: feed.taken() }).toEqual({ posts: 3, dropped: [], taken: bytes.length });
  }
});
