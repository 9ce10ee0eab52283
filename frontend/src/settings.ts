import type { DataSourceJsonData } from '@grafana/data';

/** What the config editor stores. It holds no secret, so there is no secure counterpart. */
export interface CsvSettings extends DataSourceJsonData {
  /** Name of one of the server's allowed roots. */
  root?: string;
  /** Folder below the root, with `/` between its parts; empty: the root itself. */
  folder?: string;
  /** IANA zone of times without an offset; empty: UTC. */
  timeZone?: string;
}
