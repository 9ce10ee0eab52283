import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useResource } from './useResource';

it('drops the answer to an earlier question', async () => {
  let answerFirst: ((value: string) => void) | undefined;
  const first = () => new Promise<string>((resolve) => (answerFirst = resolve));
  const second = () => Promise.resolve('second');
  const { result, rerender } = renderHook(({ load }) => useResource(load), { initialProps: { load: first } });
  await waitFor(() => expect(answerFirst).toBeDefined());

  rerender({ load: second });
  expect(result.current).toEqual({ loading: true });
  await waitFor(() => expect(result.current.value).toBe('second'));
  await act(() => Promise.resolve(answerFirst?.('first')));
  expect(result.current).toEqual({ loading: false, value: 'second', error: undefined });
});

it('is quiet without a question', () => {
  const { result } = renderHook(() => useResource(undefined));
  expect(result.current).toEqual({ loading: false });
});

it('turns a failure into its sentence', async () => {
  const load = () => Promise.reject(new Error('There is no such file.'));
  const { result } = renderHook(() => useResource(load));
  await waitFor(() => expect(result.current.error).toBe('There is no such file.'));
});
