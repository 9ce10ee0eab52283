import { Button, Stack } from '@grafana/ui';
import { useState } from 'react';
import type { Entry, Resources } from '../resources';
import { FileBrowser } from './FileBrowser';
import { TextField } from './TextField';

interface Props {
  id: string;
  value: string;
  onChange: (path: string) => void;
  pick: Entry['kind'];
  resources: Resources;
  /** Browse this allowed root instead of the data source's folder. */
  root?: string;
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
}

/** A path to type, or to find on the server. */
export function PathField({ pick, resources, root, ...field }: Props) {
  const [browsing, setBrowsing] = useState(false);
  const choose = (path: string) => {
    setBrowsing(false);
    field.onChange(path);
  };
  return (
    <Stack gap={1}>
      <TextField {...field} />
      <Button variant="secondary" icon="folder-open" disabled={field.disabled} onClick={() => setBrowsing(true)}>
        Browse
      </Button>
      {browsing && (
        <FileBrowser
          pick={pick}
          start={field.value}
          resources={resources}
          root={root}
          onChoose={choose}
          onDismiss={() => setBrowsing(false)}
        />
      )}
    </Stack>
  );
}
