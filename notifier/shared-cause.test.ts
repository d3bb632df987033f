import { expect, test } from 'vitest';
import { aService, anIncident, evening, minute } from '../test/fakes/incidents.ts';
import { createDependencies } from './dependencies.ts';
import { blameOf, causeOf, moreThanChance, namedTogether } from './shared-cause.ts';

const dependencies = createDependencies([
  aService('cloudflare'), aService('aws'), aService('shop', { dependsOn: ['cloudflare'] }), aService('chat', { dependsOn: ['cloudflare', 'aws'] }),
  aService('shop-app', { dependsOn: ['shop'] }), aService('mail', { dependsOn: ['cloudflare', 'aws'] }), aService('ring', { dependsOn: ['knot'] }), aService('knot', { dependsOn: ['ring'] }), aService('telco'),
]);

function of(service: string, change: { onset?: number; reporters?: number; alone?: number; others?: Record<string, number> } = {}) {
  const { onset = evening, reporters = 20, alone = 20, others = {} } = change;
  return anIncident({ service, onset, openedAt: onset, reporters, named: { alone, together: Math.max(0, ...Object.values(others)), others } });
}

test('dependencies are followed through any number of steps, also in a circle', () => {
  expect([...dependencies.above('shop-app')]).toEqual(['shop-app', 'shop', 'cloudflare']);
  expect([...dependencies.above('ring')]).toEqual(['ring', 'knot']);
  expect(dependencies.dependents('cloudflare')).toBe(4);
  expect([dependencies.direct('cloudflare', 'shop-app'), dependencies.direct('shop', 'chat')]).toEqual([true, false]);
  expect([...dependencies.above('nobody-knows-it')]).toEqual(['nobody-knows-it']);
});

test('the more services depend on a cause, the more of them must fail before it is more than chance', () => {
  const fewest = (dependents: number): number => Array.from({ length: dependents }, (_, i) => i + 1).find((failing) => moreThanChance(failing, dependents))!;
  expect([3, 6, 7, 40, 100, 400].map(fewest)).toEqual([2, 2, 3, 3, 4, 5]);
  expect(moreThanChance(1, 1)).toBe(false);
});

test('the likeliest cause explains most of what fails; among equals it is one that people name, then one that fewer depend on', () => {
  const three = [of('shop'), of('chat'), of('shop-app')];
  expect(causeOf(three, dependencies)).toMatchObject({ service: 'cloudflare', certainty: 'possibly', failing: 3, dependents: 4 });
  expect(causeOf([of('cloudflare'), ...three], dependencies)).toMatchObject({ service: 'cloudflare', certainty: 'likely', failing: 3 });
  expect(causeOf([of('mail'), of('chat')], dependencies)).toMatchObject({ service: 'aws', certainty: 'possibly', dependents: 2 });
  expect(causeOf([of('mail'), of('chat', { alone: 10, others: { cloudflare: 6 } })], dependencies)).toMatchObject({ service: 'cloudflare', certainty: 'likely', incident: null, naming: 6, posts: 36 });
  expect(causeOf([of('shop')], dependencies)).toBeNull();
  expect(causeOf([of('cloudflare')], dependencies)).toBeNull();
});

test('one incident alone has a likely cause when its posts name what it depends on', () => {
  expect(causeOf([of('shop', { alone: 20, others: { cloudflare: 5, telco: 9 } })], dependencies)).toMatchObject({ service: 'cloudflare', certainty: 'likely', failing: 1 });
  expect(causeOf([of('shop', { alone: 90, others: { cloudflare: 5 } })], dependencies)).toBeNull();
});

test('two services are named together from three posts and three in ten on', () => {
  expect(namedTogether(of('shop', { alone: 7, others: { telco: 3 } }), of('telco'))).toBe(true);
  expect(namedTogether(of('shop', { alone: 2, others: { telco: 2 } }), of('telco'))).toBe(false);
  expect(namedTogether(of('shop', { alone: 20, others: { telco: 5 } }), of('telco'))).toBe(false);
});

test('who is named beside a larger outage in half of the posts is blamed, in a third if it began later', () => {
  const larger = of('shop', { reporters: 100 });
  const blamed = (onset: number, others: number): boolean => blameOf(of('telco', { onset, alone: 20 - others, others: { shop: others } }), [larger], dependencies) !== null;
  expect([blamed(evening, 10), blamed(evening, 9)]).toEqual([true, false]);
  expect([blamed(evening + 2 * minute, 7), blamed(evening + 2 * minute, 6)]).toEqual([true, false]);
});

test('of the few posts with which an incident opens one in eight is a doubt, where the other was noticed a minute before', () => {
  const larger = of('shop', { reporters: 100 });
  const doubted = (onset: number, alone: number): boolean => blameOf(of('telco', { onset, alone, others: { shop: 1 } }), [larger], dependencies, 'doubt') !== null;
  expect([doubted(evening + 2 * minute, 7), doubted(evening + 2 * minute, 8), doubted(evening + 30_000, 5)]).toEqual([true, false, false]);
});

test('nobody is blamed on what began after it, names it as often, is smaller at the same time, or is tied to it', () => {
  const telco = of('telco', { onset: evening + 5 * minute, alone: 4, others: { shop: 16 } });
  expect(blameOf(telco, [of('shop')], dependencies)).toMatchObject({ service: 'shop', naming: 16, posts: 20 });
  expect(blameOf(telco, [of('shop', { onset: evening + 7 * minute })], dependencies)).toBeNull();
  expect(blameOf(telco, [of('shop', { alone: 10, others: { telco: 10 } })], dependencies)).toBeNull();
  expect(blameOf({ ...telco, openedAt: evening }, [of('shop', { reporters: 6 })], dependencies)).toBeNull();
  expect(blameOf(of('cloudflare', { onset: evening + 5 * minute, alone: 4, others: { shop: 16 } }), [of('shop')], dependencies)).toBeNull();
});

test('an incident from before names were counted is blamed for nothing and names nobody', () => {
  const { named: _, ...before } = of('telco');
  expect(blameOf(before, [of('shop')], dependencies)).toBeNull();
  expect(namedTogether(before, of('shop'))).toBe(false);
});
