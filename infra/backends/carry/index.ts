// Carrying a stopped installation from one backend to another, or to another number of partitions.
export { copyStopped, guardCarryFile, openCarryFile, partitionsIn, removeCarryFile, type CarryFile } from './carry-file.ts';
export { fence, lookAt, onCluster, type Cluster, type Look } from './cluster.ts';
export { fill } from './fill.ts';
export { markIn, refuseHalf, type Mark } from './mark.ts';
export { pour } from './pour.ts';
export { carriedRoles, partsOf } from './roles.ts';
export { settle } from './settle.ts';
