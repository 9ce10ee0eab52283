import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Field, Stack, Text } from '@grafana/ui';
import { useCallback, useMemo } from 'react';
import { Resources } from '../resources';
import type { CsvSettings } from '../settings';
import { useResource } from '../useResource';
import { PathField } from './PathField';
import { SelectField, TimeZoneField } from './SelectField';

type Props = DataSourcePluginOptionsEditorProps<CsvSettings>;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { root = '', folder = '', timeZone = '' } = options.jsonData;
  const resources = useMemo(() => new Resources(options.uid), [options.uid]);
  const answer = useResource(useCallback(() => resources.roots(), [resources]));
  const roots = answer.value?.roots ?? [];

  const change = (settings: CsvSettings) =>
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...settings } });
  const disabled = options.readOnly;
  return (
    <Stack direction="column" gap={2} maxWidth={80}>
      <Text color="secondary">
        Reads CSV files that lie on the Grafana server. The server&apos;s administrator allows folders, called roots;
        this data source sees one of them, or a folder below it, and nothing outside.
      </Text>
      {answer.error && <Alert severity="error" title={answer.error} />}
      {answer.value && roots.length === 0 && (
        <Alert severity="warning" title="There is no allowed root yet">
          {answer.value.help}
        </Alert>
      )}
      <SelectField
        id="csv-root"
        label="Root"
        description="One of the folders that the server's administrator allows."
        disabled={disabled}
        loading={answer.loading}
        placeholder="Choose a root"
        options={roots.map(({ name, path = '' }) => ({ value: name, description: path }))}
        value={root || null}
        createCustomValue
        onChange={(root) => change({ root, folder: '' })}
      />
      <Field noMargin label="Folder" description="Below the root. Leave it empty to use the whole root.">
        <PathField
          id="csv-folder"
          pick="folder"
          resources={resources}
          root={root}
          value={folder}
          disabled={disabled}
          placeholder="sensors/2024"
          onChange={(folder) => change({ folder })}
        />
      </Field>
      <TimeZoneField
        id="csv-time-zone"
        description="Zone of times without an offset. A query can name another."
        disabled={disabled}
        fallback="Default (UTC)"
        value={timeZone}
        onChange={(timeZone) => change({ timeZone })}
      />
    </Stack>
  );
}
