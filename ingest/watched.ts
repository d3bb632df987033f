// Whether the services that a source's options name are watched at all, for `outcry doctor`.
import type { Service } from '../shared/service.ts';
import type { SourceCheck } from './source.ts';

/** What is wrong where one of `ids` is no service that is watched; undefined where nothing is. */
export function unwatched(ids: readonly string[], services: readonly Service[]): SourceCheck | undefined {
  const strange = [...new Set(ids)].filter((id) => !services.some((service) => service.id === id));
  return strange.length === 0 ? undefined : { ok: false, detail: `not watched: ${strange.join(', ')}; name services of the catalogue or of \`services\`` };
}
