import { Field, Label, MultiCombobox, Stack } from '@grafana/ui';
import { type CsvQuery, DEFAULTS } from '../query';
import type { Schema } from '../resources';
import type { Answer } from '../useResource';
import { SelectField, TimeZoneField, useOnce } from './SelectField';

interface Props {
  /** Prefix of the fields' ids. */
  id: string;
  query: CsvQuery;
  schema: Answer<Schema>;
  onChange: (fields: Partial<CsvQuery>) => void;
}

/** What depends on the file's columns. Names can be typed too, for variables and while the file is missing. */
export function ColumnFields({ id, query, schema, onChange }: Props) {
  const { timeColumn, timeZone, columns } = { ...DEFAULTS, ...query };
  const choose = useOnce(columns, (columns) => onChange({ columns }));
  const known = schema.value?.columns ?? [];
  const automatic = schema.value?.timeColumn ? `Automatic (${schema.value.timeColumn})` : 'Automatic';
  const times = known.filter((column) => column.type === 'time').map(({ name }) => ({ value: name }));
  return (
    <Stack wrap="wrap" gap={2}>
      <Stack grow={1} direction="column">
        <Field noMargin label={<Label id={`${id}-columns`}>Columns</Label>}>
          <MultiCombobox
            aria-labelledby={`${id}-columns`}
            placeholder="All columns"
            options={known.map(({ name, type }) => ({ value: name, description: type }))}
            value={columns}
            createCustomValue
            isClearable
            onChange={(options) => choose(options.map((option) => option.value))}
          />
        </Field>
      </Stack>
      <SelectField
        id={`${id}-time-column`}
        label="Time column"
        width={30}
        loading={schema.loading}
        options={[{ value: '', label: automatic }, ...times]}
        value={timeColumn}
        createCustomValue
        onChange={(timeColumn) => onChange({ timeColumn })}
      />
      <TimeZoneField
        id={`${id}-time-zone`}
        width={30}
        fallback="As in the data source"
        value={timeZone}
        onChange={(timeZone) => onChange({ timeZone })}
      />
    </Stack>
  );
}
