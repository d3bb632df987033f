import { expect, test } from 'vitest';
import { servicesOf } from './page-parts.ts';

const about = (...components: string[]) => ({ components, title: 'Something fails' });

test('a Workspace incident is about the products that it names', () => {
  const main = 'https://www.google.com/appsstatus/dashboard/incidents.json';
  const all = ['gmail', 'google-drive', 'google-meet', 'gemini', 'notebooklm'];
  expect(servicesOf(main, all, about('Gmail', 'Google Meet'))).toEqual(['gmail', 'google-meet']);
  expect(servicesOf(main, all, about('Looker Studio'))).toEqual([]);
  expect(servicesOf(main, [...all, 'google-workspace', 'our-own'], about('NotebookLM'))).toEqual(['notebooklm', 'google-workspace', 'our-own']);
});

test('what is about no game of the store in particular is about the store', () => {
  const main = 'https://status.epicgames.com/api/v2/summary.json';
  const all = ['fortnite', 'epic-games', 'rocket-league', 'fall-guys'];
  expect(servicesOf(main, all, about('Fortnite'))).toEqual(['fortnite']);
  expect(servicesOf(main, all, about('Login', 'Rocket League'))).toEqual(['epic-games', 'rocket-league']);
  expect(servicesOf(main, all, { components: [], title: 'Fall Guys: matches fail' })).toEqual(['fall-guys']);
  expect(servicesOf(main, all, about())).toEqual(['epic-games']);
});

test('a platform hears all of its page, a part what it is named in, and an unknown page speaks of all that share it', () => {
  const main = 'https://www.githubstatus.com/api/v2/summary.json';
  expect(servicesOf(main, ['github', 'github-copilot'], about('Copilot'))).toEqual(['github', 'github-copilot']);
  expect(servicesOf(main, ['github', 'github-copilot'], about('Git Operations'))).toEqual(['github']);
  expect(servicesOf('https://status.example.com/x', ['a', 'b'], about('Anything'))).toEqual(['a', 'b']);
  expect(servicesOf('https://metastatus.com/data/orgs.json', ['whatsapp', 'meta', 'instagram'], about('WhatsApp Business Platform: Cloud API'))).toEqual(['whatsapp', 'meta']);
});
