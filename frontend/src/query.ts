import type { DataQuery } from '@grafana/schema';

// The model is described in docs/query.schema.json; query.test.ts fails where this file and the schema differ.

export const FORMATS = [
  'auto',
  'table',
  'timeseries',
  'timeseries-wide',
  'timeseries-long',
  'timeseries-multi',
  'numeric',
  'numeric-wide',
  'numeric-long',
  'numeric-multi',
  'logs',
] as const;
export const COLUMN_TYPES = ['bool', 'int64', 'float64', 'string', 'time'] as const;
export const TIME_FORMATS = ['', 'iso8601', 'epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'] as const;
export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'] as const;
export const AGGREGATES = ['count', 'sum', 'mean', 'min', 'max', 'first', 'last'] as const;
export const DOWNSAMPLES = ['none', 'm4'] as const;
export const ON_ERROR = ['null', 'skip', 'fail'] as const;
export const DECIMALS = ['.', ','] as const;

export type Format = (typeof FORMATS)[number];
export type ColumnType = (typeof COLUMN_TYPES)[number];
export type TimeFormat = (typeof TIME_FORMATS)[number];
export type OnError = (typeof ON_ERROR)[number];
export type Decimal = (typeof DECIMALS)[number];

export interface ColumnOverride {
  column: string;
  type: ColumnType;
  timeFormat?: TimeFormat;
  timeZone?: string;
  unit?: string;
}

export interface Filter {
  column: string;
  operator: (typeof OPERATORS)[number];
  value: string;
}

export interface Aggregate {
  function: (typeof AGGREGATES)[number];
  column: string;
}

export interface Dialect {
  delimiter: string;
  quote: string;
  escape: string;
  comment: string;
  decimal: Decimal;
  encoding: string;
  nullTokens: string[];
  headerRows: number;
  skipRows: number;
  columnNames: string[];
  allText: boolean;
}

interface Fields {
  version: 1;
  path: string;
  format: Format;
  timeColumn: string;
  timeZone: string;
  applyTimeRange: boolean;
  columns: string[];
  columnTypes: ColumnOverride[];
  filters: Filter[];
  groupBy: string[];
  aggregates: Aggregate[];
  interval: string;
  limit: number;
  downsample: (typeof DOWNSAMPLES)[number];
  onError: OnError;
}

/** A query as a dashboard stores it: a field that was never set is missing and means its default. */
export interface CsvQuery extends DataQuery, Partial<Fields> {
  dialect?: Partial<Dialect>;
}

export const DEFAULT_DIALECT: Dialect = {
  delimiter: '',
  quote: '"',
  escape: '',
  comment: '',
  decimal: '.',
  encoding: '',
  nullTokens: ['', 'null', 'NULL', 'N/A', 'n/a', 'NA', '-'],
  headerRows: 1,
  skipRows: 0,
  columnNames: [],
  allText: false,
};

export const DEFAULTS: Fields = {
  version: 1,
  path: '',
  format: 'auto',
  timeColumn: '',
  timeZone: '',
  applyTimeRange: true,
  columns: [],
  columnTypes: [],
  filters: [],
  groupBy: [],
  aggregates: [],
  interval: '',
  limit: 0,
  downsample: 'none',
  onError: 'null',
};

/** What a new query starts with. Defaults are left out, so that they are not frozen into dashboards. */
export const NEW_QUERY: Partial<CsvQuery> = { version: DEFAULTS.version, path: DEFAULTS.path };

type ReadOptions = Dialect & Pick<Fields, 'onError'>;

const DEFAULT_READ_OPTIONS: ReadOptions = { ...DEFAULT_DIALECT, onError: DEFAULTS.onError };

/** The fields that decide how the file is read, each with its value. */
export function readOptions({ dialect, onError }: CsvQuery): ReadOptions {
  return { ...DEFAULT_READ_OPTIONS, ...dialect, onError: onError ?? DEFAULT_READ_OPTIONS.onError };
}

const READ_OPTION_LABELS: Record<keyof ReadOptions, string> = {
  delimiter: 'delimiter',
  quote: 'quote',
  escape: 'escape',
  comment: 'comment sign',
  decimal: 'decimal sign',
  encoding: 'encoding',
  nullTokens: 'empty values',
  headerRows: 'header lines',
  skipRows: 'skipped lines',
  columnNames: 'column names',
  allText: 'all text',
  onError: 'values that do not fit',
};

/** What differs from the defaults, for example `delimiter ";"`. */
export function changedReadOptions(query: CsvQuery): string[] {
  const options = readOptions(query);
  const keys = Object.keys(READ_OPTION_LABELS) as Array<keyof ReadOptions>;
  const changed = keys.filter((key) => show(options[key]) !== show(DEFAULT_READ_OPTIONS[key]));
  return changed.map((key) => `${READ_OPTION_LABELS[key]} ${show(options[key])}`);
}

function show(value: ReadOptions[keyof ReadOptions]): string {
  const quote = (text: string) => `"${text}"`;
  return Array.isArray(value) ? value.map(quote).join(' ') : typeof value === 'string' ? quote(value) : String(value);
}
