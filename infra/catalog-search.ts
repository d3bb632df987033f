// Finding services in the catalogue by what a person types: an id, a piece of a name in any spelling, a tag.
import { distance } from 'fastest-levenshtein';
import { createDependencies } from '../notifier/dependencies.ts';
import { foldText } from '../shared/fold.ts';
import type { Service } from '../shared/service.ts';

const spellingsOf = (service: Service): string[] => [service.id, service.name, ...service.names, ...service.hashtags, ...service.handles];

/** Services whose id, name, hashtag or handle holds the words, the closest first; those that have them as a tag last. */
export function searchServices(services: readonly Service[], words: string): Service[] {
  const wanted = foldText(words).trim();
  const found = services.flatMap((service) => {
    const holding = spellingsOf(service).map(foldText).filter((one) => one.includes(wanted));
    const tagged = service.tags.includes(wanted);
    if (wanted === '' || (holding.length === 0 && !tagged)) return [];
    // what is left over of the spelling says how far it is from what was typed
    return [{ service, far: holding.length === 0 ? Infinity : Math.min(...holding.map((one) => one.length - wanted.length)) }];
  });
  return found.toSorted((a, b) => (a.far === b.far ? (a.service.id < b.service.id ? -1 : 1) : a.far - b.far)).map(({ service }) => service);
}

/** Up to three services of nearly that name, for a word that none holds. */
export function nearestServices(services: readonly Service[], word: string): Service[] {
  const wanted = foldText(word).trim();
  const near = services.map((service) => ({ service, far: Math.min(...spellingsOf(service).map((one) => distance(wanted, foldText(one)))) }));
  return near.filter(({ far }) => far <= Math.max(1, wanted.length / 3)).toSorted((a, b) => a.far - b.far).slice(0, 3).map(({ service }) => service);
}

/** Services that fail with this one, themselves not included: at once or through others. */
export function dependents(services: readonly Service[], id: string): { direct: string[]; indirect: string[] } {
  const { above } = createDependencies(services);
  const failing = services.filter((one) => one.id !== id && above(one.id).has(id));
  return {
    direct: failing.filter((one) => one.dependsOn.includes(id)).map((one) => one.id),
    indirect: failing.filter((one) => !one.dependsOn.includes(id)).map((one) => one.id).sort(),
  };
}
