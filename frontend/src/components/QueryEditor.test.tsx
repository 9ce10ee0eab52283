import type { DataSourceInstanceSettings } from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answerResources, refuse } from '../../test/backend';
import { DataSource } from '../datasource';
import type { CsvQuery } from '../query';
import type { Schema } from '../resources';
import type { CsvSettings } from '../settings';
import { QueryEditor } from './QueryEditor';

const SCHEMA: Schema = {
  columns: [
    { name: 'at', type: 'time' },
    { name: 'room', type: 'string' },
    { name: 'celsius', type: 'float64' },
  ],
  timeColumn: 'at',
};

const onChange = vi.fn<(query: CsvQuery) => void>();
const onRunQuery = vi.fn();

beforeEach(() => {
  vi.clearAllMocks();
  const replace = (text = '') => text.replace('$room', 'a');
  setTemplateSrv({ replace } as Partial<TemplateSrv> as TemplateSrv);
});

/** The editor with a parent that keeps a copy of the query, as Explore does. */
function Panel({ initial }: { initial: CsvQuery }) {
  const [query, setQuery] = useState(initial);
  const [datasource] = useState(
    () => new DataSource({ uid: 'u1', type: 'csv', jsonData: {} } as DataSourceInstanceSettings<CsvSettings>)
  );
  onChange.mockImplementation((changed) => setQuery(structuredClone(changed)));
  return <QueryEditor datasource={datasource} query={query} onChange={onChange} onRunQuery={onRunQuery} />;
}

function show(query: Partial<CsvQuery> = {}, routes: Parameters<typeof answerResources>[0] = {}) {
  const get = answerResources({ schema: () => SCHEMA, ...routes });
  render(<Panel initial={{ refId: 'A', path: 'a.csv', ...query }} />);
  return get;
}

async function choose(label: string, option: string | RegExp) {
  await userEvent.click(screen.getByLabelText(label));
  await userEvent.click(await screen.findByRole('option', { name: option }));
}

describe('file', () => {
  it('is taken and run when the field is left, not on a keystroke', async () => {
    show();
    const field = screen.getByLabelText('File');
    await userEvent.clear(field);
    await userEvent.type(field, 'b.csv');
    expect(onChange).not.toHaveBeenCalled();
    await userEvent.tab();
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'b.csv' });
    expect(onRunQuery).toHaveBeenCalledOnce();
  });

  it('is taken on Enter, once', async () => {
    show();
    await userEvent.type(screen.getByLabelText('File'), 'x{Enter}');
    await userEvent.tab();
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'a.csvx' });
  });

  it('is found by browsing, and shows the sentence of the backend below it', async () => {
    show(
      {},
      {
        schema: () => refuse('There is no file a.csv.'),
        files: () => ({ path: '', entries: [{ name: 'c.csv', kind: 'file', size: 2048 }], total: 1, more: false }),
      }
    );
    expect(await screen.findByText('There is no file a.csv.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Browse' }));
    await userEvent.click(await screen.findByRole('button', { name: /c\.csv/ }));
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'c.csv' });
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('is asked for its columns with variables filled in and the dialect', async () => {
    const get = show({ path: '$room.csv', dialect: { delimiter: ';' } });
    await waitFor(() => expect(get).toHaveBeenCalled());
    expect(get.mock.lastCall?.[1]).toEqual({ path: 'a.csv', query: '{"dialect":{"delimiter":";"}}' });
  });

  it('is not asked for its columns while there is no path', async () => {
    const get = show({ path: '' });
    await userEvent.type(screen.getByLabelText('File'), 'b.csv{Enter}');
    await waitFor(() => expect(get).toHaveBeenCalled());
    expect(get.mock.calls.map(([, params]) => params.path)).toEqual(['b.csv']);
  });
});

describe('selects', () => {
  it('change one field, run, and keep what they do not know', async () => {
    show({ filters: [{ column: 'room', operator: '=', value: 'a' }], limit: 5 });
    await choose('Format', /^Logs/);
    expect(onChange).toHaveBeenCalledExactlyOnceWith({
      refId: 'A',
      path: 'a.csv',
      filters: [{ column: 'room', operator: '=', value: 'a' }],
      limit: 5,
      format: 'logs',
    });
    expect(onRunQuery).toHaveBeenCalledOnce();
  });

  it('offer the columns of type time, and name the automatic one', async () => {
    show();
    await waitFor(() => expect(screen.getByLabelText('Time column')).toHaveValue('Automatic (at)'));
    await userEvent.click(screen.getByLabelText('Time column'));
    const options = (await screen.findAllByRole('option')).map((option) => option.textContent);
    expect(options).toEqual(['Automatic (at)', 'at']);
  });

  it('offer the columns with their types, and answer each click once', async () => {
    const dialect = { delimiter: '\\t' };
    const get = show();
    await waitFor(() => expect(get).toHaveBeenCalled());
    await choose('Columns', /celsius.*float64/);
    await userEvent.click(screen.getByRole('option', { name: /room.*string/ }));
    await userEvent.click(screen.getByRole('button', { name: /File options/ }));
    await choose('Delimiter', 'Tab');
    await waitFor(() => expect(get.mock.lastCall?.[1].query).toContain('delimiter'));
    await userEvent.click(screen.getByLabelText('Apply dashboard time range'));
    expect(onChange.mock.calls.map(([query]) => query)).toEqual([
      { refId: 'A', path: 'a.csv', columns: ['celsius'] },
      { refId: 'A', path: 'a.csv', columns: ['celsius', 'room'] },
      { refId: 'A', path: 'a.csv', columns: ['celsius', 'room'], dialect },
      { refId: 'A', path: 'a.csv', columns: ['celsius', 'room'], dialect, applyTimeRange: false },
    ]);
  });

  it('offer UTC and no browser time', async () => {
    show();
    await userEvent.click(screen.getByLabelText('Time zone'));
    expect(await screen.findByRole('option', { name: 'UTC' })).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText('Time zone'), 'browser');
    expect((await screen.findAllByRole('option')).map((option) => option.textContent)).not.toContain('browser');
  });

  it('switch the time range', async () => {
    show();
    await userEvent.click(screen.getByLabelText('Apply dashboard time range'));
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'a.csv', applyTimeRange: false });
  });

  it.each([
    ['12', 12],
    ['1.9', 1],
    ['-3', 0],
  ])('limit %s is %i', async (text, limit) => {
    show();
    await userEvent.type(screen.getByLabelText('Limit'), `${text}{Enter}`);
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'a.csv', limit });
  });
});

describe('file options', () => {
  const open = () => userEvent.click(screen.getByRole('button', { name: /File options/ }));

  it('are closed and say what differs', () => {
    show({ dialect: { delimiter: ';', nullTokens: ['x'] }, onError: 'skip' });
    expect(screen.getByText('delimiter ";", empty values "x", values that do not fit "skip"')).toBeInTheDocument();
    expect(screen.queryByLabelText('Delimiter')).not.toBeInTheDocument();
  });

  it.each<[string, RegExp, Partial<CsvQuery>]>([
    ['Delimiter', /^Semicolon/, { dialect: { allText: true, delimiter: ';' } }],
    ['Decimal sign', /^Comma/, { dialect: { allText: true, decimal: ',' } }],
    ['Encoding', /^windows-1252/, { dialect: { allText: true, encoding: 'windows-1252' } }],
    ['Header', /^None/, { dialect: { allText: true, headerRows: 0 } }],
    ['A value that does not fit', /^Fails/, { dialect: { allText: true }, onError: 'fail' }],
  ])('%s changes its field only', async (label, option, fields) => {
    show({ dialect: { allText: true } });
    await open();
    await choose(label, option);
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'a.csv', ...fields });
  });

  it.each<[string, string, Partial<CsvQuery>]>([
    ['Lines to skip at the top', '2', { dialect: { skipRows: 2 } }],
    ['Comment sign', '#', { dialect: { comment: '#' } }],
  ])('%s changes its field only', async (label, text, fields) => {
    show();
    await open();
    await userEvent.type(screen.getByLabelText(label), `${text}{Enter}`);
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ refId: 'A', path: 'a.csv', ...fields });
  });
});

it('puts two queries side by side without mixing up their labels', () => {
  answerResources({ schema: () => SCHEMA });
  const { container } = render(
    <>
      <Panel initial={{ refId: 'A', path: 'a.csv' }} />
      <Panel initial={{ refId: 'B', path: 'b.csv' }} />
    </>
  );
  const files = within(container).getAllByLabelText('File');
  expect(files.map((field) => field.getAttribute('value'))).toEqual(['a.csv', 'b.csv']);
});
