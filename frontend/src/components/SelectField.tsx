import { Combobox, type ComboboxOption, Field } from '@grafana/ui';
import { useEffect, useRef } from 'react';

interface Props<T extends string | number> {
  id: string;
  label: string;
  description?: string;
  options: Array<ComboboxOption<T>>;
  value: T | null;
  onChange: (value: T) => void;
  /** Lets the user type a value that is no option, for example a variable. */
  createCustomValue?: boolean;
  placeholder?: string;
  loading?: boolean;
  disabled?: boolean;
  width?: number;
}

/** One choice with its label above. "No choice" is an option of its own that says what it means. */
export function SelectField<T extends string | number>({ label, description, onChange, ...combobox }: Props<T>) {
  const once = useOnce(combobox.value, onChange);
  return (
    <Field noMargin label={label} description={description}>
      <Combobox {...combobox} onChange={(option) => once(option.value)} />
    </Field>
  );
}

/**
 * Grafana's lists repeat their last choice when they are drawn anew. Where a choice draws them anew, as in Explore, that
 * would never end, so only a choice that differs from the last one counts.
 */
export function useOnce<T>(value: T | null, onChange: (value: T) => void): (value: T) => void {
  const last = useRef(JSON.stringify(value));
  useEffect(() => {
    last.current = JSON.stringify(value);
  }, [value]);
  return (chosen) => {
    const text = JSON.stringify(chosen);
    if (text !== last.current) {
      last.current = text;
      onChange(chosen);
    }
  };
}

// The zone of a file does not depend on who looks at it, so there is no "browser time". UTC is named because not every
// browser lists it.
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({ value: zone }));

interface TimeZoneProps extends Omit<Props<string>, 'label' | 'options' | 'createCustomValue'> {
  /** What an empty value means. */
  fallback: string;
}

export function TimeZoneField({ fallback, ...select }: TimeZoneProps) {
  return (
    <SelectField {...select} label="Time zone" options={[{ value: '', label: fallback }, ...ZONES]} createCustomValue />
  );
}
