// `outcry judge`: how posts are read, one answer a line. The format is a contract.
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { createJudge, type Judge } from '../../detector/judge.ts';
import type { Trace } from '../../detector/judge-trace.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { createMatcher } from '../../ingest/match.ts';
import { createMentionMaker, type MentionMaker } from '../../ingest/mentions.ts';
import type { Mention } from '../../shared/observation.ts';
import { maxTextLength, type Post, readPost } from '../../shared/post.ts';
import type { Symptom, Verdict } from '../../shared/report.ts';
import type { Service } from '../../shared/service.ts';
import { stored } from '../stored.ts';
import { CommandProblem, configOption, loadConfig, notOnFiles } from './command.ts';
import { tellJudgement } from './judge-told.ts';
import { createLineReader } from './line-reader.ts';

interface JudgedLine {
  readonly id: string;
  readonly verdict: Verdict;
  readonly services: readonly string[];
  readonly lang: string;
  readonly symptom: Symptom | null;
  readonly reason: string;
  readonly weight: number;
  readonly phrases?: readonly string[];
  readonly trace?: Trace;
  readonly mentions: readonly JudgedMentionLine[];
}

interface JudgedMentionLine {
  readonly service: string;
  readonly verdict: Verdict;
  readonly symptom: Symptom | null;
  readonly reason: string;
  readonly weight: number;
  /** as the lexicons write them; these two only where it is to be explained */
  readonly phrases?: readonly string[];
  readonly trace?: Trace;
}

/** Judges one line of NDJSON: the contract of `outcry judge`. With `explain` each mention tells what was found in it. */
export function createLineJudge(services: readonly Service[], explain = false): (line: string, number: number) => JudgedLine | { line: number; error: string } {
  const { judge, mentionsOf } = createReader(services);
  return (line, number) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return { line: number, error: 'not-json' };
    }
    const read = readPost(withoutNeed(value));
    if ('reason' in read) return { line: number, error: read.reason };
    const { post } = read;
    const judged = mentionsOf(post).map((mention) => ({ mention, judgement: judge.judge(mention) }));
    // the strongest mention speaks for the post: a report before a recovery before neither
    const rank = { report: 2, recovery: 1, none: 0 } as const;
    const top = judged.toSorted((a, b) => rank[b.judgement.verdict] - rank[a.judgement.verdict] || b.judgement.weight - a.judgement.weight)[0]?.judgement ?? judge.judgeText(post.text, post.lang);
    const traced = (mention: Parameters<Judge['explain']>[0]): { trace?: Trace } => {
      if (!explain) return {};
      const { candidates, heard, machine } = judge.explain(mention);
      return { trace: { candidates, heard, machine } };
    };
    return {
      id: post.id,
      verdict: top.verdict,
      services: judged.map(({ mention }) => mention.service),
      lang: top.lang,
      symptom: top.symptom,
      reason: top.reason,
      weight: top.weight,
      ...(explain ? { phrases: top.phrases } : {}),
      ...(judged.length === 0 ? traced({ text: post.text, lang: post.lang }) : {}),
      mentions: judged.map(({ mention, judgement: { verdict, symptom, reason, weight, phrases } }) => ({ service: mention.service, verdict, symptom, reason, weight, ...(explain ? { phrases } : {}), ...traced(mention) })),
    };
  };
}

/** Judges one text and tells it in words, service by service. */
export function createTextJudge(services: readonly Service[]): (text: string, lang?: string) => string {
  const { judge, mentionsOf } = createReader(services);
  return (text, lang) => {
    const mentions = mentionsOf({ id: 'text', ts: 0, author: 'unknown', text, ...(lang === undefined ? {} : { lang }) });
    if (mentions.length === 0) return tellJudgement('no service named', judge.explain({ text, lang }));
    return mentions.map((mention) => tellJudgement(mention.service, judge.explain(mention))).join('\n');
  };
}

function createReader(services: readonly Service[]): { judge: Judge; mentionsOf: (post: Post) => Mention[] } {
  const maker: MentionMaker = createMentionMaker(services, createMatcher(services, stored), (_kind, value) => value);
  return {
    judge: createJudge(readLexicons(stored), services, stored),
    mentionsOf: (post) => maker.mentionsOf({ ...post, text: post.text.slice(0, maxTextLength) }, 'judge', 0, undefined, false),
  };
}

/** Judging needs neither a time nor an author: what is missing is filled in. */
function withoutNeed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return { ts: 0, author: 'unknown', ...value };
}

export function addJudge(program: Command): void {
  program
    .command('judge')
    .argument('[file]', 'NDJSON posts; standard input without it', '-')
    .option('--explain', 'add the phrases that decided, and to each mention what was found in it and what each rule made of that')
    .option('--text <text>', 'judge this one text and tell it in words')
    .option('--lang <tag>', 'with --text: the language that its source would say, BCP 47')
    .addOption(configOption())
    .description('judge posts: one JSON line out for each line in, in the same order')
    .addHelpText('after', `
Each line out: {"id","verdict":"report"|"recovery"|"none","services":[ids],"lang","symptom","reason","weight",
"mentions":[{"service","verdict","symptom","reason","weight"}]}. A bad line gives {"line":N,"error":...} and the rest goes on.
--explain adds "phrases" to both and "trace" to each mention.
Symptoms and reasons are closed lists: docs/lexicons.md.`)
    .action(async (file: string, options: { config?: string; explain?: true; text?: string; lang?: string }) => {
      const { services } = loadConfig(options.config, notOnFiles);
      if (options.lang !== undefined && options.text === undefined) throw new CommandProblem('--lang belongs to --text; a post of a file says its own with "lang"');
      if (options.text !== undefined) {
        if (file !== '-') throw new CommandProblem(`--text judges one text, and ${file} is a file: one of the two`);
        process.stdout.write(`${createTextJudge(services)(options.text, options.lang)}\n`);
        return;
      }
      const judgeLine = createLineJudge(services, options.explain);
      const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
      const reader = createLineReader(12 << 20);
      const write = async (lines: { text: string | null; number: number }[]) => {
        if (lines.length === 0) return;
        const out = lines.map(({ text, number }) => JSON.stringify(text === null ? { line: number, error: 'too-long' } : judgeLine(text, number)));
        if (!process.stdout.write(`${out.join('\n')}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
      };
      try {
        for await (const chunk of input as AsyncIterable<Buffer>) await write(reader.take(chunk));
      } catch (error) {
        throw new CommandProblem(`can't read ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
      }
      await write(reader.end());
    });
}
