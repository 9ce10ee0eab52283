import { CollapsableSection, type ComboboxOption, Field, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { changedReadOptions, type CsvQuery, type Decimal, type Dialect, type OnError, readOptions } from '../query';
import { SelectField } from './SelectField';
import { CountField, TextField } from './TextField';

interface Props {
  /** Prefix of the fields' ids. */
  id: string;
  query: CsvQuery;
  onChange: (fields: Partial<CsvQuery>) => void;
}

/** How the file is written. Mostly the guesses hold, so this is closed and only says what was changed. */
export function FileOptions({ id, query, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const label = (
    <Stack gap={2} alignItems="baseline">
      <Text variant="body">File options</Text>
      <Text variant="bodySmall" color="secondary" truncate>
        {summary(query)}
      </Text>
    </Stack>
  );
  return (
    <CollapsableSection label={label} isOpen={open} onToggle={setOpen} unmountContentWhenClosed>
      <Stack wrap="wrap" gap={2}>
        <SeparatorFields id={id} query={query} onChange={onChange} />
        <LineFields id={id} query={query} onChange={onChange} />
        <SelectField
          id={`${id}-on-error`}
          label="A value that does not fit"
          width={30}
          options={ON_ERROR_OPTIONS}
          value={readOptions(query).onError}
          onChange={(onError) => onChange({ onError })}
        />
      </Stack>
    </CollapsableSection>
  );
}

function summary(query: CsvQuery): string {
  const changed = changedReadOptions(query);
  return changed.length === 0 ? 'All at their defaults.' : changed.join(', ');
}

/** How the cells of a line are written. */
function SeparatorFields({ id, query, onChange }: Props) {
  const { delimiter, decimal, encoding } = readOptions(query);
  const change = (fields: Partial<Dialect>) => onChange({ dialect: { ...query.dialect, ...fields } });
  return (
    <>
      <SelectField
        id={`${id}-delimiter`}
        label="Delimiter"
        width={20}
        options={DELIMITER_OPTIONS}
        value={delimiter}
        createCustomValue
        onChange={(delimiter) => change({ delimiter })}
      />
      <SelectField
        id={`${id}-decimal`}
        label="Decimal sign"
        width={20}
        options={DECIMAL_OPTIONS}
        value={decimal}
        onChange={(decimal) => change({ decimal })}
      />
      <SelectField
        id={`${id}-encoding`}
        label="Encoding"
        width={30}
        options={ENCODING_OPTIONS}
        value={encoding}
        createCustomValue
        onChange={(encoding) => change({ encoding })}
      />
    </>
  );
}

/** Which lines hold rows. */
function LineFields({ id, query, onChange }: Props) {
  const { comment, skipRows, headerRows } = readOptions(query);
  const change = (fields: Partial<Dialect>) => onChange({ dialect: { ...query.dialect, ...fields } });
  return (
    <>
      <Field noMargin label="Lines to skip at the top">
        <CountField
          id={`${id}-skip-rows`}
          width={20}
          placeholder="None"
          value={skipRows}
          onChange={(skipRows) => change({ skipRows })}
        />
      </Field>
      <SelectField
        id={`${id}-header`}
        label="Header"
        width={30}
        options={HEADER_OPTIONS}
        value={headerRows}
        onChange={(headerRows) => change({ headerRows })}
      />
      <Field noMargin label="Comment sign">
        <TextField
          id={`${id}-comment`}
          width={20}
          maxLength={1}
          placeholder="None"
          value={comment}
          onChange={(comment) => change({ comment })}
        />
      </Field>
    </>
  );
}

const DELIMITER_OPTIONS = [
  { value: '', label: 'Automatic' },
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: '\\t', label: 'Tab' },
  { value: '|', label: 'Pipe' },
];

const DECIMAL_OPTIONS: Array<ComboboxOption<Decimal>> = [
  { value: '.', label: 'Point: 1.5' },
  { value: ',', label: 'Comma: 1,5' },
];

const ENCODING_OPTIONS = [
  { value: '', label: 'Automatic' },
  ...['utf-8', 'utf-16le', 'windows-1252', 'iso-8859-15', 'windows-1251', 'shift_jis', 'gb18030'].map((label) => ({
    value: label,
  })),
];

const HEADER_OPTIONS = [
  { value: 1, label: 'The first line' },
  { value: 0, label: 'None: Column 1, Column 2, …' },
];

const ON_ERROR_OPTIONS: Array<ComboboxOption<OnError>> = [
  { value: 'null', label: 'Becomes empty', description: 'The first one is reported with its line' },
  { value: 'skip', label: 'Drops its row', description: 'The first one is reported with its line' },
  { value: 'fail', label: 'Fails the query', description: 'The error names its line' },
];
