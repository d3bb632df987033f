import { expect, test } from 'vitest';
import type { Delivery } from '../shared/delivery.ts';
import { readRedrive, redriveKey, redriven } from './redrive.ts';

const dead: Delivery = { v: 1, alert: 'a-1', incident: 'a', service: 's', channel: 'hook', state: 'dead', order: 1, attempts: 9, queuedAt: 0, nextAt: null, endedAt: 1000, reason: 'http-404', ref: null, payload: '{}' };

test('a dead delivery is pending again, with all its attempts before it', () => {
  expect(redriven(dead, 1001)).toEqual({ delivery: { ...dead, state: 'pending', queuedAt: 1001, attempts: 0, endedAt: null, reason: 'redriven' } });
});

test('a wish counts once: one older than the end does nothing', () => {
  expect(redriven(dead, 1000)).toEqual({ reason: 'redrive-old' });
});

test('what was sent or is on its way is not sent again', () => {
  expect(redriven({ ...dead, state: 'sent' }, 2000)).toEqual({ reason: 'redrive-sent' });
  expect(redriven({ ...dead, state: 'skipped' }, 2000)).toEqual({ reason: 'redrive-skipped' });
});

test('only a redrive control that can be read is one', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(readRedrive(redriveKey('hook', 'a-1'), bytes('{"at":5}'))).toEqual({ key: 'hook/a-1', at: 5 });
  expect(readRedrive('mute/x', bytes('{"at":5}'))).toBe(null);
  expect(readRedrive(redriveKey('hook', 'a-1'), bytes('{"at":"now"}'))).toBe(null);
  expect(readRedrive(redriveKey('hook', 'a-1'), bytes('{'))).toBe(null);
  expect(readRedrive(redriveKey('hook', 'a-1'), null)).toBe(null);
});
