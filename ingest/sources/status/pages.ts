// From the services that are watched, and what the configuration adds, to the pages that are read: services whose page is
// the same share it. Pure.
import { hash } from 'node:crypto';
import type { Service } from '../../../shared/service.ts';
import { placeAs, type FormName, type Place } from './forms.ts';
import { placeOf } from './which-form.ts';

export interface PageAbout {
  /** Its address without scheme and last slash: what it is called, and what its words are told apart by. */
  readonly name: string;
  readonly url: string;
  /** Ids of the services that it speaks of. */
  readonly services: readonly string[];
  /** Undefined: to be found out. */
  readonly place: Place | undefined;
  /** The form was named by the user: it is not looked for again. */
  readonly fixed: boolean;
}

export interface PageWish {
  readonly url: string;
  /** Undefined: by its address, or found out. */
  readonly form?: FormName | undefined;
}

/** `only`: ids of the services to read pages of; undefined: all. `own`: addresses by service id, before the catalogue's. */
export function pagesOf(services: readonly Service[], only: readonly string[] | undefined, own: Readonly<Record<string, PageWish>>): PageAbout[] {
  const pages = new Map<string, { about: Omit<PageAbout, 'services'>; services: string[] }>();
  for (const { id, statusPage } of services) {
    const wish = own[id] ?? (statusPage === undefined ? undefined : { url: statusPage });
    if (wish === undefined || (only !== undefined && !only.includes(id))) continue;
    const place = wish.form === undefined ? placeOf(wish.url) : placeAs(wish.form, wish.url);
    const key = place?.main ?? wish.url.replace(/\/+$/, '');
    const page = pages.get(key) ?? { about: { name: nameOf(wish.url), url: wish.url, place, fixed: wish.form !== undefined }, services: [] };
    page.services.push(id);
    pages.set(key, page);
  }
  return [...pages.values()].map(({ about, services }) => ({ ...about, services }));
}

/** Two pages may differ in their query alone, and a query may hold a secret: it is told apart by a hash. */
function nameOf(url: string): string {
  const { host, pathname, search } = new URL(url);
  const page = `${host}${pathname}`.replace(/\/+$/, '');
  return search === '' ? page : `${page}?${hash('sha256', search, 'base64url').slice(0, 6)}`;
}
