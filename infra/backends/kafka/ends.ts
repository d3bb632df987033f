// Where partitions end, as far as this process knows: from what it wrote, and from what brokers said when it read. So a
// reader in the process that wrote a record is behind from the moment in which the write is acknowledged.

export interface Ends {
  /** `end`: offset after the last record. An older word than what is known changes nothing. */
  saw(place: string, partition: number, end: number): void;
  /** 0 where nothing is known. */
  of(place: string, partition: number): number;
}

export function createEnds(): Ends {
  const known = new Map<string, number>();
  return {
    saw(place, partition, end) {
      const key = `${place}/${partition}`;
      if (end > (known.get(key) ?? 0)) known.set(key, end);
    },
    of: (place, partition) => known.get(`${place}/${partition}`) ?? 0,
  };
}
