// A Service: a product that people watch. What is here comes from the catalogue and from outcry.yaml alike.
import { z } from 'zod';

export const serviceIdPattern = /^[a-z0-9][a-z0-9.-]{0,47}$/;

export const serviceSchema = z.strictObject({
  id: z.string().regex(serviceIdPattern).describe('stable key: lower-case letters, digits, dot and hyphen'),
  name: z.string().min(1).max(80).describe('as the service writes itself'),
  names: z.array(z.string().min(1).max(80)).default([]).describe('further names, also in other scripts'),
  hashtags: z.array(z.string().regex(/^#[^\s#]{1,79}$/u)).default([]).describe('hashtags that mean this service'),
  handles: z.array(z.string().regex(/^@[^\s@]{1,79}$/u)).default([]).describe('accounts that people address'),
  ordinary: z
    .array(z.string())
    .default([])
    .describe('those of its names that are ordinary words: they count only beside an outage phrase, or as hashtag or handle'),
  context: z.array(z.string()).default([]).describe('words beside an ordinary name that make it mean the service'),
  exclude: z.array(z.string()).default([]).describe('phrases that hold the name and mean something else'),
  tags: z.array(z.string().regex(/^[a-z0-9-]{1,32}$/)).default([]).describe('kind, for routes: messaging, bank, cloud, ...'),
  statusPage: z.url({ protocol: /^https$/ }).optional().describe('where the service says how it is'),
  dependsOn: z.array(z.string().regex(serviceIdPattern)).default([]).describe('ids of services that it fails with'),
});

export type Service = z.infer<typeof serviceSchema>;
