import { getBackendSrv, isFetchError } from '@grafana/runtime';
import type { ColumnType, Dialect, TimeFormat } from './query';

// The answers of the backend's resource routes, as docs/resources.md describes them.

export interface Root {
  name: string;
  /** Only for organisation admins. */
  path?: string;
}

export interface Roots {
  roots: Root[];
  /** Says which key of Grafana's ini to set; empty where there are roots. */
  help: string;
}

export interface Entry {
  name: string;
  kind: 'file' | 'folder';
  /** Bytes. */
  size?: number;
  /** RFC 3339. */
  modified?: string;
}

export interface Files {
  path: string;
  entries: Entry[];
  total: number;
  more: boolean;
}

export interface Column {
  name: string;
  type: ColumnType;
  timeFormat?: TimeFormat;
  unit?: string;
  examples?: string[];
}

export interface Schema {
  columns: Column[];
  timeColumn?: string;
  dialect?: Partial<Dialect>;
  rowsSampled?: number;
}

export interface FilesParams {
  path: string;
  glob?: string;
  limit?: number;
  /** Look into this allowed root instead of the saved folder. Admins only. */
  root?: string;
}

/** The resource routes of one saved data source. A failed call rejects with the sentence that the backend sent. */
export class Resources {
  constructor(private readonly uid: string) {}

  roots(): Promise<Roots> {
    return this.get('roots', {});
  }

  files(params: FilesParams): Promise<Files> {
    return this.get('files', { ...params });
  }

  /** `query`: JSON that brings the dialect and the column types. */
  schema(path: string, query: string): Promise<Schema> {
    return this.get('schema', { path, query });
  }

  private async get<T>(route: string, params: Record<string, unknown>): Promise<T> {
    const url = `/api/datasources/uid/${this.uid}/resources/${route}`;
    try {
      return await getBackendSrv().get<T>(url, params, undefined, { showErrorAlert: false });
    } catch (error) {
      throw new Error(sentence(error));
    }
  }
}

function sentence(error: unknown): string {
  if (isFetchError<{ message?: string } | undefined>(error)) {
    return error.data?.message ?? error.statusText ?? `The server answered with status ${error.status}.`;
  }
  return error instanceof Error ? error.message : String(error);
}
