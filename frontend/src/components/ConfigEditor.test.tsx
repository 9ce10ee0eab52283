import type { DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { answerResources, refuse } from '../../test/backend';
import type { CsvSettings } from '../settings';
import { ConfigEditor } from './ConfigEditor';

const ROOTS = { roots: [{ name: 'samples', path: '/srv/csv' }, { name: 'logs' }], help: '' };
const FILES = { path: '', entries: [{ name: 'sub', kind: 'folder' }], total: 1, more: false };

function show(jsonData: CsvSettings = {}, routes: Parameters<typeof answerResources>[0] = {}, readOnly = false) {
  const get = answerResources({ roots: () => ROOTS, files: () => FILES, ...routes });
  const options = { uid: 'u1', jsonData, readOnly } as DataSourceSettings<CsvSettings>;
  const onOptionsChange = vi.fn<(options: DataSourceSettings<CsvSettings>) => void>();
  render(<ConfigEditor options={options} onOptionsChange={onOptionsChange} />);
  return { get, changed: () => onOptionsChange.mock.lastCall?.[0].jsonData };
}

describe('root', () => {
  it('is one of those that the server allows, and empties the folder', async () => {
    const { changed } = show({ root: 'logs', folder: 'old', timeZone: 'UTC' });
    await userEvent.click(screen.getByLabelText(/^Root/));
    await userEvent.click(await screen.findByRole('option', { name: /samples.*\/srv\/csv/ }));
    expect(changed()).toEqual({ root: 'samples', folder: '', timeZone: 'UTC' });
  });

  it('shows the help of the backend where there is none', async () => {
    show({}, { roots: () => ({ roots: [], help: 'Set allowed_roots in [plugin.x].' }) });
    expect(await screen.findByText('Set allowed_roots in [plugin.x].')).toBeInTheDocument();
  });

  it('can be typed where the list cannot be read', async () => {
    const { changed } = show({}, { roots: () => refuse('The plugin is not running.') });
    expect(await screen.findByText('The plugin is not running.')).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Root/), 'samples{Enter}');
    expect(changed()).toMatchObject({ root: 'samples' });
  });
});

describe('folder', () => {
  it('can be typed', async () => {
    const { changed } = show({ root: 'samples' });
    await userEvent.type(screen.getByLabelText(/^Folder/), 'a/b');
    expect(changed()).toBeUndefined();
    await userEvent.tab();
    expect(changed()).toEqual({ root: 'samples', folder: 'a/b' });
  });

  it('is found below the chosen root, saved or not', async () => {
    const { get, changed } = show({ root: 'samples' });
    await userEvent.click(screen.getByRole('button', { name: 'Browse' }));
    await userEvent.click(await screen.findByRole('button', { name: /^sub/ }));
    expect(get.mock.calls.map(([, params]) => params.root)).toContain('samples');
    await userEvent.click(screen.getByRole('button', { name: 'Use this folder' }));
    expect(changed()).toEqual({ root: 'samples', folder: 'sub' });
  });
});

it('stores a time zone', async () => {
  const { changed } = show();
  await userEvent.click(screen.getByLabelText(/^Time zone/));
  await userEvent.click(await screen.findByRole('option', { name: 'UTC' }));
  expect(changed()).toEqual({ timeZone: 'UTC' });
});

it('changes nothing of a provisioned data source', async () => {
  show({ root: 'samples' }, {}, true);
  for (const label of [/^Root/, /^Folder/, /^Time zone/]) {
    expect(screen.getByLabelText(label)).toBeDisabled();
  }
  expect(screen.getByRole('button', { name: 'Browse' })).toBeDisabled();
  await screen.findByDisplayValue('samples');
});
