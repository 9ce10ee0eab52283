import { type DataSourceInstanceSettings, DataSourceVariableSupport, type ScopedVars } from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { type CsvQuery, type Filter, NEW_QUERY } from './query';
import { Resources } from './resources';
import type { CsvSettings } from './settings';

export class DataSource extends DataSourceWithBackend<CsvQuery, CsvSettings> {
  readonly resources: Resources;
  /** Empty: Grafana's own annotation editor around the query editor. */
  override annotations = {};

  constructor(settings: DataSourceInstanceSettings<CsvSettings>) {
    super(settings);
    this.resources = new Resources(settings.uid);
    this.variables = new VariableSupport();
  }

  override getDefaultQuery(): Partial<CsvQuery> {
    return NEW_QUERY;
  }

  override filterQuery(query: CsvQuery): boolean {
    return !query.hide && Boolean(query.path);
  }

  /** The dialect is left alone: `$` may be the delimiter or the start of a comment. */
  override applyTemplateVariables(query: CsvQuery, scopedVars: ScopedVars): CsvQuery {
    const text = (value: string, format?: string) => getTemplateSrv().replace(value, scopedVars, format);
    const optional = (value?: string) => (value ? text(value) : value);
    const names = (values?: string[]) => values?.flatMap((value) => expand(value, scopedVars));
    return {
      ...query,
      path: optional(query.path),
      timeColumn: optional(query.timeColumn),
      timeZone: optional(query.timeZone),
      interval: optional(query.interval),
      columns: names(query.columns),
      groupBy: names(query.groupBy),
      columnTypes: query.columnTypes?.map((override) => ({ ...override, column: text(override.column) })),
      aggregates: query.aggregates?.map((aggregate) => ({ ...aggregate, column: text(aggregate.column) })),
      filters: query.filters?.map((filter) => ({
        ...filter,
        column: text(filter.column),
        value: text(filter.value, valueFormat(filter)),
      })),
    };
  }
}

/** A variable is filled with the query editor: a table with one text column gives its values. */
class VariableSupport extends DataSourceVariableSupport<DataSource, CsvQuery, CsvSettings> {
  override getDefaultQuery(): Partial<CsvQuery> {
    return { ...NEW_QUERY, format: 'table', applyTimeRange: false };
  }
}

/** Several values of one variable become an alternative in a regular expression, each with its signs escaped. */
function valueFormat(filter: Filter): string | undefined {
  return filter.operator === '=~' || filter.operator === '!~' ? 'regex' : undefined;
}

/** A variable with several values becomes several names. A line feed does not occur in a variable's value. */
function expand(name: string, scopedVars: ScopedVars): string[] {
  const lines = (value: string | string[]) => (Array.isArray(value) ? value.join('\n') : value);
  return getTemplateSrv().replace(name, scopedVars, lines).split('\n');
}
