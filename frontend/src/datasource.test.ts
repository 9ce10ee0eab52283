import type { DataSourceInstanceSettings, ScopedVar, ScopedVars } from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from './datasource';
import type { CsvQuery } from './query';
import type { CsvSettings } from './settings';

type Value = string | string[];

const VARIABLES: Record<string, Value> = { room: 'a', rooms: ['a.b', 'c'], zone: 'UTC', width: '5m' };

/** As Grafana does it: `{a,b}` for several values, unless there is a format. */
function replace(target = '', scoped: ScopedVars = {}, format?: string | ((value: Value) => string)): string {
  return target.replace(/\$(\w+)/g, (all, name: string) => {
    const value = (scoped[name] as ScopedVar<Value> | undefined)?.value ?? VARIABLES[name];
    if (value === undefined) {
      return all;
    }
    if (typeof format === 'function') {
      return format(value);
    }
    const escaped = [value].flat().map((text) => (format === 'regex' ? text.replace('.', '\\.') : text));
    const several = format === 'regex' ? `(${escaped.join('|')})` : `{${escaped.join(',')}}`;
    return Array.isArray(value) ? several : escaped.join();
  });
}

function create() {
  return new DataSource({ uid: 'u1', type: 'csv', jsonData: {} } as DataSourceInstanceSettings<CsvSettings>);
}

beforeEach(() => setTemplateSrv({ replace } as Partial<TemplateSrv> as TemplateSrv));

describe('applyTemplateVariables', () => {
  it.each<[string, Partial<CsvQuery>, Partial<CsvQuery>]>([
    ['path', { path: 'x/$room.csv' }, { path: 'x/a.csv' }],
    ['time column', { timeColumn: '$room' }, { timeColumn: 'a' }],
    ['time zone', { timeZone: '$zone' }, { timeZone: 'UTC' }],
    ['interval', { interval: '$width' }, { interval: '5m' }],
    ['columns, one for each value', { columns: ['t', '$rooms'] }, { columns: ['t', 'a.b', 'c'] }],
    ['groups', { groupBy: ['$room'] }, { groupBy: ['a'] }],
    [
      'filters',
      { filters: [{ column: '$room', operator: '=', value: '$room' }] },
      { filters: [{ column: 'a', operator: '=', value: 'a' }] },
    ],
    [
      'regular expressions, escaped',
      { filters: [{ column: 'r', operator: '!~', value: '^$rooms' }] },
      { filters: [{ column: 'r', operator: '!~', value: '^(a\\.b|c)' }] },
    ],
    [
      'aggregates and types',
      { aggregates: [{ function: 'max', column: '$room' }], columnTypes: [{ column: '$room', type: 'bool', unit: 'm' }] },
      { aggregates: [{ function: 'max', column: 'a' }], columnTypes: [{ column: 'a', type: 'bool', unit: 'm' }] },
    ],
    ['but not the dialect', { dialect: { comment: '$room' } }, { dialect: { comment: '$room' } }],
  ])('fills in %s', (_, query, filled) => {
    expect(create().applyTemplateVariables({ refId: 'A', ...query }, {})).toEqual({ refId: 'A', ...filled });
  });

  it('prefers scoped variables', () => {
    const query: CsvQuery = { refId: 'A', path: '$other.csv' };
    expect(create().applyTemplateVariables(query, { other: { value: 'b' } }).path).toBe('b.csv');
  });

  it('returns a copy, keeps unknown fields, adds none', () => {
    const query = { refId: 'A', path: '$room.csv', later: { x: 1 } };
    const before = structuredClone(query);
    const filled = create().applyTemplateVariables(query, {});
    expect(query).toEqual(before);
    expect(JSON.parse(JSON.stringify(filled))).toEqual({ refId: 'A', path: 'a.csv', later: { x: 1 } });
  });
});

describe('filterQuery', () => {
  it.each<[CsvQuery, boolean]>([
    [{ refId: 'A' }, false],
    [{ refId: 'A', path: '' }, false],
    [{ refId: 'A', path: 'a.csv', hide: true }, false],
    [{ refId: 'A', path: 'a.csv' }, true],
  ])('%j: %s', (query, runs) => {
    expect(create().filterQuery(query)).toBe(runs);
  });
});

it('offers annotations, and variables that start as a table of all rows', () => {
  const datasource = create();
  expect(datasource.annotations).toEqual({});
  expect(datasource.variables?.getType()).toBe('datasource');
  expect(datasource.variables?.getDefaultQuery?.()).toMatchObject({ format: 'table', applyTimeRange: false });
});
