// What the client's errors mean to us, as it throws them.
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { isFenced, isPassing, toBusError } from './kafka-error.ts';

const kafka = (name: string, rest: object = {}) => Object.assign(new Error('said'), { name, ...rest });

test('an epoch that is no longer ours means that another has followed us, however deep it is wrapped', () => {
  const wrapped = kafka('KafkaJSNumberOfRetriesExceeded', { retriable: false, cause: kafka('KafkaJSProtocolError', { type: 'INVALID_PRODUCER_EPOCH', code: 47, retriable: false }) });
  expect(isFenced(wrapped)).toBe(true);
  expect(toBusError(wrapped, 'a:1')).toMatchObject({ code: 'fenced', retry: false });
});

test('a fencing that the client has no name for is known by what the client makes of it', () => {
  const { createErrorFromCode } = createRequire(import.meta.url)('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): Error };
  expect(isFenced(createErrorFromCode(90))).toBe(true);
  expect(toBusError(createErrorFromCode(90), 'a:1')).toMatchObject({ code: 'fenced', retry: false });
  expect(isFenced(createErrorFromCode(91))).toBe(false);
});

test('a lost connection passes, a moved leader passes, a refused login does not', () => {
  expect(isPassing(kafka('KafkaJSConnectionError', { retriable: true, code: 'ECONNREFUSED' }))).toBe(true);
  expect(isPassing(kafka('KafkaJSLockTimeout', { retriable: false }))).toBe(true);
  // thrown while another request is still dialling
  expect(isPassing(new Error('Broker not connected'))).toBe(true);
  expect(isPassing(kafka('KafkaJSProtocolError', { type: 'NOT_LEADER_FOR_PARTITION', retriable: true }))).toBe(true);
  expect(isPassing(kafka('KafkaJSSASLAuthenticationError', { retriable: false }))).toBe(false);
  expect(isPassing(kafka('KafkaJSProtocolError', { type: 'MESSAGE_TOO_LARGE', retriable: false }))).toBe(false);
});

test('each trouble names the brokers and what a person can do', () => {
  const told = (error: Error) => toBusError(error, 'a:1').message;
  expect(told(kafka('KafkaJSConnectionError', { retriable: true }))).toMatch(/a:1 do not answer .*`kafka\.brokers`/);
  expect(told(kafka('KafkaJSSASLAuthenticationError'))).toMatch(/a:1 refuse our login .*`kafka\.sasl`/);
  expect(told(kafka('KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED' }))).toMatch(/do not let us/);
  expect(told(kafka('KafkaJSProtocolError', { type: 'UNKNOWN_TOPIC_OR_PARTITION' }))).toMatch(/`outcry topics`/);
  expect(told(kafka('KafkaJSProtocolError', { type: 'NOT_ENOUGH_REPLICAS', retriable: true }))).toMatch(/too few brokers/);
});
