// The detector's part of a process: the fold that the Bus runs, one for each partition that is this worker's.
import { createDetector, type Detector } from '../detector/detector.ts';
import { createJudge } from '../detector/judge.ts';
import type { Running } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { watchedProgress } from './fold-watch.ts';
import type { PartDeps } from './part.ts';
import { stored } from './stored.ts';

export interface DetectorPart extends Running {
  /** What each fold heard or dropped since start, by reason. */
  readonly heard: () => Readonly<Record<string, number>>[];
}

export async function startDetector({ config, backend: { bus }, lexicons, metrics, settings, failed }: PartDeps): Promise<DetectorPart> {
  const detectors = new Map<string, Detector>();
  const judge = createJudge(lexicons, config.services, stored);
  const partitions = bus.partitions(topics.observations.name);
  const running = await bus.work(
    {
      name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name,
      create(part) {
        const detector = createDetector({ settings: config.detection, settingsHash: settings.hash, judge, services: config.services, part, partitions });
        detectors.set(part, detector);
        return watchedProgress(detector, (at) => metrics.detectorAt(part, at));
      },
    },
    failed,
  );
  return { heard: () => [...detectors.values()].map((one) => one.figures()), stop: running.stop };
}
