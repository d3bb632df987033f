// Which services changed their state since the page last looked, however it came to know: by the stream or by asking.
import type { ServiceSummary } from '../views.ts';

const troubled: ReadonlySet<string> = new Set(['confirmed', 'suspected', 'easing', 'recovered']);

/** Gives the services whose standing is another than at the call before, into trouble or out of it. Of one seen first it says nothing. */
export function createChanges(): (services: readonly ServiceSummary[]) => ServiceSummary[] {
  const standings = new Map<string, string>();
  return (services) => {
    const changed: ServiceSummary[] = [];
    for (const one of services) {
      const before = standings.get(one.id);
      if (before === one.standing) continue;
      standings.set(one.id, one.standing);
      if (before !== undefined && (troubled.has(before) || troubled.has(one.standing))) changed.push(one);
    }
    return changed;
  };
}
