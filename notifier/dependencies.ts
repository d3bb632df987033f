// Who fails with whom: the catalogue's dependencies followed through any number of steps. Knows no incidents.
import type { Service } from '../shared/service.ts';

export interface Dependencies {
  /** A service and all that it fails with. */
  above(service: string): ReadonlySet<string>;
  /** How many watched services fail with this one, itself left out. */
  dependents(service: string): number;
  /** One of the two fails with the other. */
  direct(a: string, b: string): boolean;
}

/** The dependencies of these services. A circle is followed once; an id that is no service counts as one without dependencies. */
export function createDependencies(services: readonly Pick<Service, 'id' | 'dependsOn'>[]): Dependencies {
  const needs = new Map(services.map(({ id, dependsOn }) => [id, dependsOn]));
  const found = new Map<string, ReadonlySet<string>>();

  function above(service: string): ReadonlySet<string> {
    const known = found.get(service);
    if (known !== undefined) return known;
    // a set is walked in the order in which it grows
    const all = new Set([service]);
    for (const one of all) for (const next of needs.get(one) ?? []) all.add(next);
    if (needs.has(service)) found.set(service, all);
    return all;
  }

  const counts = new Map<string, number>();
  for (const { id } of services) for (const one of above(id)) if (one !== id) counts.set(one, (counts.get(one) ?? 0) + 1);

  return {
    above,
    dependents: (service) => counts.get(service) ?? 0,
    direct: (a, b) => a !== b && (above(a).has(b) || above(b).has(a)),
  };
}
