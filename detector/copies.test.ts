import { expect, test } from 'vitest';
import { countWording, createCopies, expireCopies, marksOf, wordsOf } from './copies.ts';

const text = 'acme is not working for anyone in my street tonight';
const minuteMs = 60_000;

function sumOf(texts: readonly { text: string; repostOf?: string }[], cap = 3): number {
  const copies = createCopies();
  return texts.reduce((sum, post, i) => sum + countWording(copies, post.text, post.repostOf, 'test', i * 1_000, cap).factor, 0);
}

test('links, people, digits, signs and case do not make other words', () => {
  expect(wordsOf('RT @bob: ACME is down!!! https://x.example/1 😂 99 @acme')).toEqual(wordsOf('acme is DOWN'));
  expect(wordsOf('つながらない').length).toBeGreaterThan(3);
});

test('a post and its reposts together stay below the cap', () => {
  const reposts = Array.from({ length: 500 }, () => ({ text, repostOf: 'x' }));
  expect(sumOf([{ text }, ...reposts])).toBeLessThanOrEqual(3);
  expect(sumOf([{ text }, ...Array.from({ length: 500 }, () => ({ text: '', repostOf: 'x' }))])).toBeLessThanOrEqual(3);
});

test('a wording is the own words of the first who uses it, of the others when many speak', () => {
  const copies = createCopies();
  const own = Array.from({ length: 5 }, (_, i) => countWording(copies, text, undefined, 'test', i, 3).own);
  expect(own).toEqual([true, false, false, false, false]);
  for (let i = 0; i < 60; i++) countWording(copies, `${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${i >> 5 === 0 ? 'q' : 'w'} acme`, undefined, 'test', 10 + i, 3);
  expect(countWording(copies, text, undefined, 'test', 100, 3)).toMatchObject({ factor: 1, own: true });
});

test('near-copies with a word changed are one wording', () => {
  const copies = Array.from({ length: 300 }, (_, i) => ({ text: `acme is not working for anyone in my street tonight ${['sadly', 'folks', 'again', 'wow'][i % 4]} ${i}` }));
  expect(sumOf(copies)).toBeLessThanOrEqual(3);
});

test('posts that share one link are one voice, whatever they say', () => {
  const openings = ['gain followers', 'reply hello', 'look at this', 'new songs tonight', 'retweet for luck', 'who wants friends'];
  const campaign = Array.from({ length: 60 }, (_, i) => ({ text: `${openings[i % 6]} ${i} https://links.example/AbC${i % 2 === 0 ? '.' : ''}` }));
  expect(sumOf(campaign)).toBeLessThanOrEqual(3);
  const apart = Array.from({ length: 6 }, (_, i) => ({ text: `${openings[i]} https://links.example/${i}` }));
  expect(sumOf(apart)).toBe(6);
});

test('posts that keep ten words and change the rest are one voice', () => {
  const names = ['anna', 'bert', 'carla', 'dora', 'emil', 'franz', 'gina', 'hugo'];
  const tail = 'thanks for the follow we made a new list of songs called acme outage';
  expect(sumOf(Array.from({ length: 40 }, (_, i) => ({ text: `${names[i % 8]} and ${names[(3 * i) % 8]} of ${names[i >> 3]} street ${names[(5 * i + 1) % 8]}, ${tail}` })))).toBeLessThanOrEqual(3);
  expect(sumOf(Array.from({ length: 40 }, (_, i) => ({ text: `${tail} ${names[i % 8]} ${names[i >> 3]} ${names[(3 * i) % 8]} went home and slept` })))).toBeLessThanOrEqual(3);
});

test('a link that was cut off brings nobody together', () => {
  expect(marksOf('see https://t.example/…')).toEqual([]);
  expect(marksOf('see https://t.example/ab')).toHaveLength(1);
});

test('people who choose their own words all count', () => {
  const verbs = ['broke', 'hangs', 'fails', 'stopped', 'died', 'crashed', 'froze', 'vanished'];
  const places = ['paris', 'turin', 'cologne', 'lima', 'pune', 'oslo', 'kyoto', 'accra'];
  const own = Array.from({ length: 64 }, (_, i) => ({ text: `${places[i % 8]} ${verbs[i >> 3]} acme` }));
  expect(sumOf(own)).toBeGreaterThan(60);
});

test('a wording that is one of many that people use at the time counts each time', () => {
  const copies = createCopies();
  let sum = 0;
  for (let i = 0; i < 600; i++) {
    const wording = i % 30 === 0 ? 'acme down?' : `${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${i.toString(26).replace(/\d/g, 'q')} acme zz`;
    const { factor } = countWording(copies, wording, undefined, 'test', i * 2_000, 3);
    if (i % 30 === 0) sum += factor;
  }
  expect(sum).toBe(20);
});

test('after an hour without it a wording is new again', () => {
  const copies = createCopies();
  for (let i = 0; i < 10; i++) countWording(copies, text, undefined, 'test', i, 3);
  expireCopies(copies, 61 * minuteMs);
  expect(copies.groups).toBeUndefined();
  expect(copies.index).toBeUndefined();
  expect(countWording(copies, text, undefined, 'test', 61 * minuteMs, 3)).toMatchObject({ factor: 1, own: true });
});
