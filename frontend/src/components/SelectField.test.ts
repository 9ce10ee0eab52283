import { renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useOnce } from './SelectField';

it('hears a choice once, however often it is repeated, and hears it again later', () => {
  const onChange = vi.fn<(value: string[]) => void>();
  const { result, rerender } = renderHook(({ value }) => useOnce(value, onChange), { initialProps: { value: ['a'] } });
  const early = result.current;
  early(['a', 'b']);
  early(['a', 'b']);
  rerender({ value: ['a', 'b'] });
  early(['a', 'b']);
  result.current(['a', 'b']);
  expect(onChange.mock.calls).toEqual([[['a', 'b']]]);

  result.current(['a']);
  rerender({ value: ['a'] });
  result.current(['a', 'b']);
  expect(onChange).toHaveBeenCalledTimes(3);
});
