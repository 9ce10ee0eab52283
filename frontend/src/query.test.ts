import Ajv2020 from 'ajv/dist/2020';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  AGGREGATES,
  changedReadOptions,
  COLUMN_TYPES,
  type CsvQuery,
  DECIMALS,
  DEFAULT_DIALECT,
  DEFAULTS,
  DOWNSAMPLES,
  FORMATS,
  NEW_QUERY,
  ON_ERROR,
  OPERATORS,
  TIME_FORMATS,
} from './query';

interface Node {
  default?: unknown;
  enum?: string[];
  const?: unknown;
  properties: Record<string, Node>;
  items: Node;
}

const schema = JSON.parse(readFileSync('../docs/query.schema.json', 'utf8')) as Node;
const validate = new Ajv2020().compile(schema);

const FULL: Omit<Required<CsvQuery>, 'refId' | 'hide' | 'key' | 'queryType' | 'datasource'> = {
  version: 1,
  path: 'sensors/$room.csv',
  format: 'timeseries-long',
  timeColumn: 'time',
  timeZone: 'Europe/Vienna',
  applyTimeRange: false,
  columns: ['time', 'temperature'],
  columnTypes: [{ column: 'time', type: 'time', timeFormat: 'epoch_ms', timeZone: 'UTC', unit: '' }],
  filters: [{ column: 'room', operator: '=~', value: '^a' }],
  groupBy: ['room'],
  aggregates: [{ function: 'mean', column: 'temperature' }],
  interval: '5m',
  limit: 10,
  downsample: 'm4',
  onError: 'skip',
  dialect: { ...DEFAULT_DIALECT, delimiter: '\\t', decimal: ',', headerRows: 0, skipRows: 2 },
};

describe('the model and its schema', () => {
  it.each([
    ['a new query', NEW_QUERY],
    ['all defaults', { ...DEFAULTS, dialect: DEFAULT_DIALECT }],
    ['every field', FULL],
    ['a field that is not known', { path: 'a.csv', later: true }],
  ])('agree on %s', (_, query) => {
    expect(validate(query), JSON.stringify(validate.errors)).toBe(true);
  });

  it('disagree with a wrong format', () => {
    expect(validate({ path: 'a.csv', format: 'pie' })).toBe(false);
  });

  it('have the same fields', () => {
    expect(Object.keys(FULL).sort()).toEqual(Object.keys(schema.properties).sort());
    expect(Object.keys({ ...DEFAULTS, dialect: {} }).sort()).toEqual(Object.keys(schema.properties).sort());
  });

  it('have the same defaults', () => {
    const defaults = (nodes: Record<string, Node>) =>
      Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, node.default]));
    const dialect = schema.properties.dialect;
    expect({ ...DEFAULTS, path: undefined, dialect: undefined }).toEqual(defaults(schema.properties));
    expect(DEFAULT_DIALECT).toEqual(defaults(dialect?.properties ?? {}));
  });

  it.each([
    ['format', FORMATS],
    ['columnTypes.type', COLUMN_TYPES],
    ['columnTypes.timeFormat', TIME_FORMATS],
    ['filters.operator', OPERATORS],
    ['aggregates.function', AGGREGATES],
    ['downsample', DOWNSAMPLES],
    ['onError', ON_ERROR],
    ['dialect.decimal', DECIMALS],
  ])('have the same words for %s', (place, words) => {
    const [field = '', inner] = place.split('.');
    const node = schema.properties[field];
    const within = inner ? (node?.items ?? node)?.properties[inner] : node;
    expect(within?.enum).toEqual(words);
  });
});

describe('changedReadOptions', () => {
  it.each<[string, Partial<CsvQuery>, string[]]>([
    ['nothing', {}, []],
    ['a value that is the default', { dialect: { decimal: '.', nullTokens: DEFAULT_DIALECT.nullTokens } }, []],
    ['a sign', { dialect: { delimiter: '\\t' } }, ['delimiter "\\t"']],
    ['numbers', { dialect: { headerRows: 0, skipRows: 3 } }, ['header lines 0', 'skipped lines 3']],
    ['what has no field in the editor', { dialect: { nullTokens: ['', 'x'] } }, ['empty values "" "x"']],
    ['the policy', { onError: 'fail' }, ['values that do not fit "fail"']],
  ])('names %s', (_, query, changed) => {
    expect(changedReadOptions({ refId: 'A', ...query })).toEqual(changed);
  });
});
