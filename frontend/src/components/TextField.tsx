import { Input } from '@grafana/ui';
import { useState } from 'react';

interface Props {
  id: string;
  value: string;
  /** Called on Enter and when the field is left, and only if the text has changed: never on a keystroke. */
  onChange: (value: string) => void;
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  maxLength?: number;
  type?: 'text' | 'number';
  min?: number;
  width?: number;
}

export function TextField({ value, onChange, ...input }: Props) {
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    setDraft(undefined);
    if (draft !== undefined && draft !== value) {
      onChange(draft);
    }
  };
  return (
    <Input
      {...input}
      value={draft ?? value}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}

interface CountProps extends Omit<Props, 'value' | 'onChange' | 'type' | 'min'> {
  value: number;
  onChange: (value: number) => void;
}

/** A whole number from 0 on; 0 is shown as the placeholder. */
export function CountField({ value, onChange, ...input }: CountProps) {
  const commit = (text: string) => onChange(Math.max(0, Math.trunc(Number(text)) || 0));
  const text = value === 0 ? '' : String(value);
  return <TextField {...input} type="number" min={0} value={text} onChange={commit} />;
}
