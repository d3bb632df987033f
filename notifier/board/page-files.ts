// The page's files: read once at start, held in memory under the names that the page asks for, TypeScript turned into what
// browsers run by erasing its types when it is first asked for. Nothing is read from disk for a request, nothing comes from elsewhere.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';

export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly body: string;
}

export interface PageFiles {
  readonly page: PageFile;
  readonly assets: ReadonlyMap<string, PageFile>;
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** All files of the page folder (without tests) and uPlot's two. Rejects when one is missing: our own corruption. */
export async function loadPageFiles(): Promise<PageFiles> {
  const folder = new URL('./page/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.test.ts'));
  const files = await Promise.all(names.map(async (name) => [name, pageFile(name, await readFile(new URL(name, folder), 'utf8'))] as const));
  const { resolve } = createRequire(import.meta.url);
  const uplot = await Promise.all(
    ['uPlot.iife.min.js', 'uPlot.min.css'].map(async (name) => [name, pageFile(name, await readFile(resolve(`uplot/dist/${name}`), 'utf8'))] as const),
  );
  const assets = new Map([...files, ...uplot]);
  const page = assets.get('index.html');
  if (page === undefined) throw new Error("the board's page has no index.html: the installation is damaged, install Outcry again");
  assets.delete('index.html');
  return { page, assets };
}

function pageFile(name: string, text: string): PageFile {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  // most processes never show the page, and the first use of the compiler costs
  let made: { body: string; etag: string } | undefined;
  const make = (): { body: string; etag: string } => {
    const body = ending === 'ts' ? stripTypeScriptTypes(text) : text;
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
  };
  return {
    type: contentTypes[ending] ?? 'text/plain; charset=utf-8',
    get etag() {
      return (made ??= make()).etag;
    },
    get body() {
      return (made ??= make()).body;
    },
  };
}
