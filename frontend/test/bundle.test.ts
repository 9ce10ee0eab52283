// @vitest-environment node
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DOMWindow, JSDOM, ResourceLoader } from 'jsdom';
import { afterAll, beforeAll, expect, it } from 'vitest';

// Needs the esbuild of npm. The plugin loads as in Grafana: SystemJS with its AMD extra, by a script tag.

interface Loader {
  set(id: string, module: object): void;
  addImportMap(map: { imports: Record<string, string> }): void;
  import(url: string): Promise<{ plugin: StubPlugin }>;
}

class StubPlugin {
  components: Record<string, unknown> = {};
  constructor(readonly DataSourceClass: unknown) {}
  setConfigEditor(editor: unknown) {
    return this.with('ConfigEditor', editor);
  }
  setQueryEditor(editor: unknown) {
    return this.with('QueryEditor', editor);
  }
  private with(name: string, editor: unknown) {
    this.components[name] = editor;
    return this;
  }
}

/** Stand-ins for the modules that Grafana lends, with only what is used while loading. */
const SHARED: Record<string, object> = {
  '@emotion/css': { css: () => '' },
  '@grafana/data': { DataSourcePlugin: StubPlugin, DataSourceVariableSupport: class {} },
  '@grafana/runtime': { DataSourceWithBackend: class {} },
  '@grafana/ui': { Combobox: () => null },
  react: { useState: () => [] },
  'react/jsx-runtime': { jsx: () => null },
};

const root = mkdtempSync(join(tmpdir(), 'csv-frontend-'));
const [first, second] = [join(root, 'first'), join(root, 'deeper/second')];
const read = (file: string) => readFileSync(join(first, file), 'utf8');

/** Builds a copy of the sources that lies in `place`, to a folder elsewhere. */
function build(place: string, output: string) {
  const copy = join(root, place, 'frontend');
  mkdirSync(copy, { recursive: true });
  cpSync('../plugin.json', join(copy, '../plugin.json'));
  ['src', 'img', 'build.mjs'].forEach((name) => cpSync(name, join(copy, name), { recursive: true }));
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  execFileSync(process.execPath, [join(copy, 'build.mjs'), output], { cwd: root });
}

beforeAll(() => {
  build('a', first);
  build('another/place', second);
});

afterAll(() => rmSync(root, { recursive: true }));

/** Serves the bundle as Grafana does. */
class PluginFolder extends ResourceLoader {
  override fetch(url: string) {
    return Object.assign(readFile(join(first, new URL(url).pathname)), { abort() {} });
  }
}

async function load(): Promise<StubPlugin> {
  const url = 'http://grafana.test/';
  const { window } = new JSDOM('', { url, runScripts: 'dangerously', resources: new PluginFolder() });
  const require = createRequire(import.meta.url);
  for (const script of ['systemjs/dist/system.js', 'systemjs/dist/extras/amd.js']) {
    window.eval(readFileSync(require.resolve(script), 'utf8'));
  }
  const { System } = window as DOMWindow & { System: Loader };
  const id = (name: string) => `package:${name}`;
  System.addImportMap({ imports: Object.fromEntries(Object.keys(SHARED).map((name) => [name, id(name)])) });
  Object.entries(SHARED).forEach(([name, module]) => System.set(id(name), module));
  return (await System.import(`${url}module.js`)).plugin;
}

it('loads in SystemJS and exports the plugin with its editors', async () => {
  const plugin = await load();
  expect(plugin.DataSourceClass).toBeTypeOf('function');
  expect(Object.keys(plugin.components)).toEqual(['ConfigEditor', 'QueryEditor']);
  Object.values(plugin.components).forEach((editor) => expect(editor).toBeTypeOf('function'));
});

it('asks only for modules that Grafana lends', () => {
  const [, names = ''] = /^define\((\[.*?\]),function/.exec(read('module.js')) ?? [];
  expect(JSON.parse(names)).toEqual(Object.keys(SHARED));
});

it('is small and made of our own sources only', () => {
  expect(read('module.js').length).toBeLessThan(60_000);
  const { sources } = JSON.parse(read('module.js.map')) as { sources: string[] };
  expect(sources.filter((source) => !/^src\/[\w/]+\.tsx?$/.test(source))).toEqual([]);
  expect(sources).toContain('src/module.ts');
});

it.each(['PanelCtrl', 'ConfigCtrl', 'app/plugins/sdk', 'angular.isNumber(', 'ctrl.annotation', 'QueryCtrl'])(
  'passes the guard of Grafana against Angular: %s',
  (pattern) => expect(read('module.js')).not.toContain(pattern)
);

it('is complete and the same bytes from another place', () => {
  const files = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  expect(files(first)).toEqual(['img', 'img/logo.svg', 'module.js', 'module.js.map', 'plugin.json']);
  expect(files(second)).toEqual(files(first));
  for (const file of files(first).filter((name) => name !== 'img')) {
    expect(readFileSync(join(second, file), 'utf8'), file).toBe(read(file));
  }
});
