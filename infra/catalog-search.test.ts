// Services found by what a person types.
import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { dependents, nearestServices, searchServices } from './catalog-search.ts';

const services = [
  { id: 'nimbus', name: 'Nimbus Cloud', tags: ['cloud'] },
  { id: 'chatter', name: 'Chatter', names: ['Çhättr', '喋り'], hashtags: ['#chatterdown'], dependsOn: ['nimbus'] },
  { id: 'chat', name: 'Chat', tags: ['messaging'], dependsOn: ['chatter'] },
].map((one) => serviceSchema.parse(one));
const ids = (words: string) => searchServices(services, words).map(({ id }) => id);

test('a piece of any spelling finds a service, the closest one first, a tag last', () => {
  expect(ids('CHAT')).toEqual(['chat', 'chatter']);
  expect(ids('chattr')).toEqual(['chatter']);
  expect(ids('喋')).toEqual(['chatter']);
  expect(ids('cloud')).toEqual(['nimbus']);
  expect(ids('messaging')).toEqual(['chat']);
  expect(ids(' ')).toEqual([]);
});

test('a misspelt name is answered with the nearest, a strange one with none', () => {
  expect(nearestServices(services, 'chater').map(({ id }) => id)).toEqual(['chatter', 'chat']);
  expect(nearestServices(services, 'something else')).toEqual([]);
});

test('what fails with a service is told, and what fails with that', () => {
  expect(dependents(services, 'nimbus')).toEqual({ direct: ['chatter'], indirect: ['chat'] });
  expect(dependents(services, 'chat')).toEqual({ direct: [], indirect: [] });
});
