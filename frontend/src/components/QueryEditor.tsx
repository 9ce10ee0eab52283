import type { QueryEditorProps } from '@grafana/data';
import { type ComboboxOption, Field, Stack, Switch } from '@grafana/ui';
import { useCallback, useId } from 'react';
import type { DataSource } from '../datasource';
import { type CsvQuery, DEFAULTS, type Format } from '../query';
import type { CsvSettings } from '../settings';
import { useResource } from '../useResource';
import { ColumnFields } from './ColumnFields';
import { FileOptions } from './FileOptions';
import { PathField } from './PathField';
import { SelectField } from './SelectField';
import { CountField } from './TextField';

type Props = QueryEditorProps<DataSource, CsvQuery, CsvSettings>;

export function QueryEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const id = useId();
  const { path, format, limit, applyTimeRange } = { ...DEFAULTS, ...query };
  const schema = useSchema(datasource, query);

  /** Fields that the editor does not know stay as they are. */
  const change = (fields: Partial<CsvQuery>) => {
    onChange({ ...query, ...fields });
    onRunQuery();
  };
  return (
    <Stack direction="column" gap={2}>
      <Stack wrap="wrap" gap={2}>
        <Stack grow={1} direction="column">
          <Field noMargin label="File" htmlFor={`${id}-path`} invalid={Boolean(schema.error)} error={schema.error}>
            <PathField
              id={`${id}-path`}
              pick="file"
              resources={datasource.resources}
              value={path}
              placeholder="weather.csv"
              onChange={(path) => change({ path })}
            />
          </Field>
        </Stack>
        <SelectField
          id={`${id}-format`}
          label="Format"
          width={40}
          options={FORMAT_OPTIONS}
          value={format}
          onChange={(format) => change({ format })}
        />
      </Stack>
      <ColumnFields id={id} query={query} schema={schema} onChange={change} />
      <Stack wrap="wrap" gap={2}>
        <Field noMargin label="Apply dashboard time range">
          <Switch
            id={`${id}-range`}
            value={applyTimeRange}
            onChange={(event) => change({ applyTimeRange: event.currentTarget.checked })}
          />
        </Field>
        <Field noMargin label="Limit">
          <CountField
            id={`${id}-limit`}
            width={20}
            placeholder="All rows"
            value={limit}
            onChange={(limit) => change({ limit })}
          />
        </Field>
      </Stack>
      <FileOptions id={id} query={query} onChange={change} />
    </Stack>
  );
}

/** What the backend makes of the file, asked anew only if the file or the way it is read changes. */
function useSchema(datasource: DataSource, query: CsvQuery) {
  const { path = '', dialect, columnTypes, timeZone } = datasource.applyTemplateVariables(query, {});
  const reading = JSON.stringify({ dialect, columnTypes, timeZone });
  const load = useCallback(() => datasource.resources.schema(path, reading), [datasource, path, reading]);
  return useResource(path === '' ? undefined : load);
}

const FORMAT_OPTIONS: Array<ComboboxOption<Format>> = [
  { value: 'auto', label: 'Automatic', description: 'Time series if there are times and numbers, else a table' },
  { value: 'table', label: 'Table', description: 'The rows as they are' },
  { value: 'timeseries', label: 'Time series', description: 'Numbers over time, one line for each group of texts' },
  { value: 'timeseries-wide', label: 'Time series, wide', description: 'One frame with all lines side by side' },
  { value: 'timeseries-multi', label: 'Time series, multi', description: 'One frame for each line' },
  { value: 'timeseries-long', label: 'Time series, long', description: 'One frame with the rows below each other' },
  { value: 'numeric', label: 'Numeric', description: 'Numbers without time, for example for an alert' },
  { value: 'numeric-wide', label: 'Numeric, wide', description: 'One frame with one number in each column' },
  { value: 'numeric-multi', label: 'Numeric, multi', description: 'One frame for each number' },
  { value: 'numeric-long', label: 'Numeric, long', description: 'One frame with a row for each group of texts' },
  { value: 'logs', label: 'Logs', description: 'Lines with a time, a body and a level' },
];
