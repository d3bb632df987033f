// A queue ordered by time for what comes almost in order: slices of time in a map, each sorted once when its turn comes.
// Knows times and an order only, not what it holds.

const sliceMs = 32;

export interface Agenda<T> {
  push(item: T): void;
  /** The first item, if it stands before `before` (ms, exclusive); it is taken out. */
  next(before: number): T | undefined;
  /** The first item, left in its place. */
  peek(): T | undefined;
  /** All items in their order, left in their places. */
  all(): T[];
}

/** Items of one slice of time. Those before `done` are taken; the others stand in order if `sorted`. */
interface Slice<T> {
  readonly number: number;
  items: T[];
  done: number;
  sorted: boolean;
}

/** An empty agenda of things with a time; `compare` orders them, by that time first. */
export function createAgenda<T extends { readonly at: number }>(compare: (a: T, b: T) => number): Agenda<T> {
  const slices = new Map<number, Slice<T>>();
  let order: Slice<T>[] = []; // earliest first, from `head` on
  let head = 0;
  let last: Slice<T> | null = null; // the one pushed to last

  function open(number: number): Slice<T> {
    const slice: Slice<T> = { number, items: [], done: 0, sorted: true };
    slices.set(number, slice);
    let place = order.length;
    while (place > head && order[place - 1]!.number > number) place--;
    order.splice(place, 0, slice);
    return slice;
  }

  /** The first slice, in order. */
  function first(): Slice<T> | undefined {
    const slice = order[head];
    if (slice === undefined || slice.sorted) return slice;
    if (slice.done > 0) {
      slice.items = slice.items.slice(slice.done);
      slice.done = 0;
    }
    slice.items.sort(compare);
    slice.sorted = true;
    return slice;
  }

  return {
    push(item) {
      const number = Math.floor(item.at / sliceMs);
      if (last === null || last.number !== number) last = slices.get(number) ?? open(number);
      const { items } = last;
      if (last.sorted && items.length > last.done && compare(items[items.length - 1]!, item) > 0) last.sorted = false;
      items.push(item);
    },
    next(before) {
      const slice = first();
      if (slice === undefined) return undefined;
      const item = slice.items[slice.done]!;
      if (item.at >= before) return undefined;
      slice.done += 1;
      if (slice.done === slice.items.length) {
        head += 1;
        if (2 * head > order.length) {
          order = order.slice(head);
          head = 0;
        }
        slices.delete(slice.number);
        if (last === slice) last = null;
      }
      return item;
    },
    peek() {
      const slice = first();
      return slice?.items[slice.done];
    },
    all: () => order.slice(head).flatMap((slice) => slice.items.slice(slice.done)).sort(compare),
  };
}
