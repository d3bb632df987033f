// The simulated streams in words for people.
import type { Shape } from './streams.ts';

export const shapeNames: Readonly<Record<Shape, string>> = {
  flat: 'Poisson, flat',
  day: 'day curve, tenfold between night and day',
  week: 'day curve and weekdays of their own',
  overdispersed: 'negative binomial, variance m + 0.1 m² a minute',
  drift: 'drift, doubling over a month and back',
  weekend: 'weekdays 1.2, weekends 0.5, at once at midnight',
  'clock-change': 'day curve across the changes of clocks',
  'busy-day': 'day curve, negative binomial',
};
