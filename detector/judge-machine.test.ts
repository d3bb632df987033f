import { expect, test } from 'vitest';
import { machineForm } from './judge-machine.ts';

test('a message with a status sign, a zone and a code is set like a machine writes it', () => {
  for (const text of [
    '🔴 Acme: DOWN - checked 14:05 UTC from Frankfurt',
    '[ALERT] acme.example is unreachable (HTTP 503) since 09:12 UTC',
    'Monitor "acme" is DOWN. Reason: timeout. Duration: 3m',
    '🤖 Störungsmelder: Acme | Status: gestört | Meldungen: 532',
    '[Pantau] Acme gangguan, 421 laporan dalam 15 menit terakhir',
    'Мониторинг: Acme недоступен. Код ответа 503, проверка 14:05 МСК',
  ]) {
    expect(machineForm(text), text).toBeGreaterThanOrEqual(0.9);
  }
});

test('people who name a time, a number or a code are none', () => {
  for (const text of ['acme down since 14:05, anyone else?', 'getting a 503 on acme for 20 minutes', '🚨 acme is down again', 'acme: still broken. day 3', '']) {
    expect(machineForm(text), text).toBeLessThan(0.9);
  }
});
