// What the rest of infra may use of this backend.
export { openKafka, type KafkaDeps } from './kafka-bus.ts';
export { kafkaSettingsSchema, type KafkaSettings } from './settings.ts';
export { checkTopics, createTopics, type TopicWish } from './topic-admin.ts';
export type { Difference } from './topic-plan.ts';
