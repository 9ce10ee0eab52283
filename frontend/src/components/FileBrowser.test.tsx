import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { answerResources, refuse } from '../../test/backend';
import { type Entry, Resources } from '../resources';
import { FileBrowser } from './FileBrowser';

const TREE: Record<string, Entry[]> = {
  '': [
    { name: 'sub', kind: 'folder', modified: new Date(Date.now() - 3 * 86_400_000).toISOString() },
    { name: 'a.csv', kind: 'file', size: 2048, modified: new Date(Date.now() - 7_200_000).toISOString() },
  ],
  sub: [{ name: 'deep', kind: 'folder' }],
  'sub/deep': [{ name: 'b.csv', kind: 'file', size: 1 }],
};

function browse(pick: Entry['kind'], start = '', more = false) {
  const get = answerResources({
    files: ({ path }) => {
      const entries = TREE[String(path)];
      return entries ? { path, entries, total: more ? 5000 : entries.length, more } : refuse('There is no such folder.');
    },
  });
  const onChoose = vi.fn();
  const resources = new Resources('u1');
  render(
    <FileBrowser pick={pick} start={start} resources={resources} root="r" onChoose={onChoose} onDismiss={() => {}} />
  );
  return { get, onChoose };
}

const entry = (name: RegExp) => screen.findByRole('button', { name });

it('shows size and age', async () => {
  browse('file');
  expect(await entry(/a\.csv/)).toHaveTextContent('2 KiB, 2 hours ago');
  expect(await entry(/sub/)).toHaveTextContent('3 days ago');
});

it('walks down to a file', async () => {
  const { onChoose } = browse('file');
  await userEvent.click(await entry(/sub/));
  await userEvent.click(await entry(/deep/));
  await userEvent.click(await entry(/b\.csv/));
  expect(onChoose).toHaveBeenCalledExactlyOnceWith('sub/deep/b.csv');
});

it('starts in the folder of the file, and goes up', async () => {
  browse('file', 'sub/deep/b.csv');
  await entry(/b\.csv/);
  await userEvent.click(await entry(/^sub/));
  await entry(/deep/);
  await userEvent.click(await entry(/Top folder/));
  expect(await entry(/a\.csv/)).toBeInTheDocument();
});

it('starts at the top where a variable stands in the path', async () => {
  browse('file', '$room/b.csv');
  expect(await entry(/a\.csv/)).toBeInTheDocument();
});

it('chooses folders without showing files', async () => {
  const { onChoose } = browse('folder');
  await userEvent.click(await entry(/sub/));
  await entry(/deep/);
  await userEvent.click(screen.getByRole('button', { name: 'Use this folder' }));
  expect(onChoose).toHaveBeenCalledExactlyOnceWith('sub');
  expect(screen.queryByText('a.csv')).not.toBeInTheDocument();
});

it('asks the server for names once typing pauses, and filters folders itself', async () => {
  const { get } = browse('file');
  await entry(/sub/);
  await userEvent.type(screen.getByLabelText('Part of the name'), 'a.c');
  await waitFor(() => expect(get).toHaveBeenCalledTimes(2));
  expect(get.mock.lastCall?.[1]).toEqual({ path: '', root: 'r', limit: 1000, glob: '*a.c*' });
  await entry(/a\.csv/);
  expect(screen.queryByText('sub')).not.toBeInTheDocument();
});

it('says that there is more', async () => {
  browse('file', '', true);
  expect(await screen.findByText('2 of 5000 are shown. Type part of a name.')).toBeInTheDocument();
});

it('shows the sentence of the backend and leaves the way up open', async () => {
  browse('folder', 'gone');
  expect(await screen.findByText('There is no such folder.')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Top folder' }));
  expect(await entry(/sub/)).toBeInTheDocument();
});
