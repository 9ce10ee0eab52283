// Builds the plugin's front end: node build.mjs [output folder, default: build]
//
// It needs Node and an `esbuild` program, no npm package: Grafana lends the plugin every module that it imports. Grafana
// loads AMD, which esbuild does not write, so its CommonJS is wrapped in a define(). Equal sources and an equal esbuild
// give equal bytes: nothing in the output depends on the day or on where the folders are.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

// Of the modules that Grafana shares, those that we import. Any other import fails or, with npm, fails the bundle test.
const SHARED = ['@emotion/css', '@grafana/data', '@grafana/runtime', '@grafana/ui', 'react', 'react/jsx-runtime'];

const names = JSON.stringify(SHARED);
const banner =
  `define(${names},function(...shared){` +
  `const module={exports:{}},require=(name)=>shared[${names}.indexOf(name)];`;
const footer = 'return module.exports});';

const source = dirname(fileURLToPath(import.meta.url));
const output = resolve(process.argv[2] ?? join(source, 'build'));

mkdirSync(join(output, 'img'), { recursive: true });
bundle(join(realpathSync(output), 'module.js'));
copyFileSync(join(source, '../plugin.json'), join(output, 'plugin.json'));
copyFileSync(join(source, 'img/logo.svg'), join(output, 'img/logo.svg'));

function bundle(outfile) {
  const flags = [
    ...['--bundle', '--format=cjs', '--jsx=automatic', '--target=es2022', '--charset=utf8', '--minify', '--sourcemap'],
    ...['--legal-comments=none', '--log-level=warning', '--tsconfig-raw={}'],
    ...SHARED.map((name) => `--external:${name}`),
    ...[`--banner:js=${banner}`, `--footer:js=${footer}`],
  ];
  const path = [join(source, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  execFileSync('esbuild', ['src/module.ts', ...flags, `--outfile=${outfile}`], {
    cwd: source,
    env: { ...process.env, PATH: path },
    stdio: 'inherit',
  });
  placeSources(`${outfile}.map`);
}

/** esbuild names the sources relative to the output folder; name them relative to this one. */
function placeSources(file) {
  const map = JSON.parse(readFileSync(file, 'utf8'));
  const place = (name) => relative(source, resolve(dirname(file), name)).split(sep).join('/');
  writeFileSync(file, JSON.stringify({ ...map, sources: map.sources.map(place) }));
}
