import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createSockets } from './sockets.ts';

test('once a link is given up its sockets are cut, and none is dialled after it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const sockets = createSockets();
    const socket = await new Promise<ReturnType<typeof sockets.factory>>((resolve) => {
      const made = sockets.factory({ host: '127.0.0.1', port, onConnect: () => resolve(made) });
    });
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    sockets.cut();
    await closed;
    expect(() => sockets.factory({ host: '127.0.0.1', port, onConnect: () => {} })).toThrow('given up');
  } finally {
    server.close();
  }
});
