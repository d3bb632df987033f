// InitProducerId in its version 3 (KIP-360), which kafkajs does not speak: it gives a transactional id a new epoch only
// if its present one is ours. So an interrupted transaction can be settled without taking the id from whoever has it now.
import { createRequire } from 'node:module';
import type { RawBroker } from './link.ts';

interface Encoder {
  writeInt8(value: number): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: unknown): Encoder;
  writeUVarIntString(value: string): Encoder;
}

const load = createRequire(import.meta.url);
const RequestEncoder = load('kafkajs/src/protocol/encoder') as new () => Encoder;
const { createErrorFromCode } = load('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): Error };

const initProducerId = 22;
const noTags = 0;

export interface ProducerIdentity {
  readonly producerId: unknown;
  readonly producerEpoch: number;
}

/** Ends what the id left open, in whichever way it was to end, and returns its next epoch. Fails as fenced when the id is another's. */
export async function nextEpoch(broker: RawBroker, transactionalId: string, transactionTimeoutMs: number, own: ProducerIdentity): Promise<ProducerIdentity> {
  return (await broker.send({
    request: {
      apiKey: initProducerId, apiVersion: 3, apiName: 'InitProducerId',
      // the header of this version ends with tagged fields, which kafkajs's own headers have not
      encode: async () =>
        new RequestEncoder().writeInt8(noTags).writeUVarIntString(transactionalId).writeInt32(transactionTimeoutMs).writeInt64(own.producerId).writeInt16(own.producerEpoch).writeInt8(noTags),
    },
    response: {
      decode: async (payload: Buffer) => ({ errorCode: payload.readInt16BE(5), producerId: payload.readBigInt64BE(7).toString(), producerEpoch: payload.readInt16BE(15), clientSideThrottleTime: 0 }),
      async parse(answer: ProducerIdentity & { errorCode: number }) {
        if (answer.errorCode !== 0) throw createErrorFromCode(answer.errorCode);
        return answer;
      },
    },
  })) as ProducerIdentity;
}
