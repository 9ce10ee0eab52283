import { type BackendSrv, setBackendSrv } from '@grafana/runtime';
import { vi } from 'vitest';

type Answer = (params: Record<string, unknown>) => unknown;

/** Answers the resource routes of data source `u1`; returns the spy, which saw the URL and the parameters. */
export function answerResources(routes: Record<string, Answer>) {
  const get = vi.fn((url: string, params: Record<string, unknown>) => {
    const route = routes[url.replace('/api/datasources/uid/u1/resources/', '')];
    return route ? Promise.resolve().then(() => route(params)) : Promise.reject(new Error(`No answer for ${url}.`));
  });
  setBackendSrv({ get } as Partial<BackendSrv> as BackendSrv);
  return get;
}

/** A failed request as Grafana reports it, with the body of docs/resources.md. */
export function refuse(message: string): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- Grafana rejects with a plain object.
  throw { status: 400, statusText: 'Bad Request', data: { message }, config: { url: '' } };
}
