import { useEffect, useState } from 'react';

export interface Answer<T> {
  loading: boolean;
  value?: T;
  /** A sentence for the user. */
  error?: string;
}

/**
 * Calls `load` after `delay` milliseconds and again whenever it is another function, so memoise it. Answers to an
 * earlier `load` are dropped. Without `load` there is nothing to wait for.
 */
export function useResource<T>(load: (() => Promise<T>) | undefined, delay = 0): Answer<T> {
  const [settled, setSettled] = useState<{ load: () => Promise<T>; value?: T; error?: string }>();

  useEffect(() => {
    if (!load) {
      return;
    }
    let current = true;
    const settle = (result: { value?: T; error?: string }) => {
      if (current) {
        setSettled({ load, ...result });
      }
    };
    const timer = setTimeout(() => {
      load().then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error: error instanceof Error ? error.message : String(error) })
      );
    }, delay);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [load, delay]);

  if (!load || settled?.load !== load) {
    return { loading: load !== undefined };
  }
  return { loading: false, value: settled.value, error: settled.error };
}
