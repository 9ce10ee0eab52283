import { expect, it } from 'vitest';
import { answerResources, refuse } from '../test/backend';
import { Resources } from './resources';

it('asks the saved data source and shows no toast of its own', async () => {
  const get = answerResources({ files: ({ path }) => ({ path, entries: [], total: 0, more: false }) });
  await expect(new Resources('u1').files({ path: 'sub', root: 'samples' })).resolves.toMatchObject({ path: 'sub' });
  expect(get).toHaveBeenCalledWith(
    '/api/datasources/uid/u1/resources/files',
    { path: 'sub', root: 'samples' },
    undefined,
    { showErrorAlert: false }
  );
});

it('rejects with the sentence of the backend', async () => {
  answerResources({ schema: () => refuse('There is no file x.csv.') });
  await expect(new Resources('u1').schema('x.csv', '{}')).rejects.toThrow('There is no file x.csv.');
});

it('rejects with a sentence where the network fails', async () => {
  answerResources({});
  await expect(new Resources('u1').roots()).rejects.toThrow('No answer for');
});
