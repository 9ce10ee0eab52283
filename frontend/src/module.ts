import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/ConfigEditor';
import { QueryEditor } from './components/QueryEditor';
import { DataSource } from './datasource';
import type { CsvQuery } from './query';
import type { CsvSettings } from './settings';

export const plugin = new DataSourcePlugin<DataSource, CsvQuery, CsvSettings>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
