// How `outcry judge --text` tells a judgement: the verdict and its rule, then every phrase with what became of it.
// Owns the words only; what was found is the detector's trace.
import type { Judged } from '../../detector/judge.ts';
import { reasons } from '../../detector/judge-reason.ts';
import type { Trace } from '../../detector/judge-trace.ts';

const longest = 60;

function short(phrase: string): string {
  return phrase.length > longest ? `${phrase.slice(0, longest - 1)}…` : phrase;
}

/** Some lines of plain text, without colours; `about` names the service, or says that there is none. */
export function tellJudgement(about: string, told: Judged & Trace): string {
  const means = reasons.find(({ code }) => code === told.reason)?.means ?? '';
  const lines = [
    `${about}: ${told.verdict}${told.symptom === null ? '' : ` (${told.symptom})`}, weight ${told.weight}, language ${told.lang}`,
    `  rule       ${told.reason}: ${means}`,
  ];
  for (const { said, phrase, reason, weight, masked } of told.candidates) {
    lines.push(masked === null ? `  for        "${said}"  ${reason}, weight ${weight}  <- ${short(phrase)}` : `  set aside  "${said}"  ${masked}, else ${reason} ${weight}  <- ${short(phrase)}`);
  }
  for (const { said, phrase, list } of told.heard) lines.push(`  heard      "${said}"  ${list}  <- ${short(phrase)}`);
  if (told.machine > 0) lines.push(`  form       ${told.machine} of a machine's message`);
  return lines.join('\n');
}
