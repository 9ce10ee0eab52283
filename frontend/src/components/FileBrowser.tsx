import { css } from '@emotion/css';
import { dateTime, formattedValueToString, getValueFormat, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Icon, Input, LoadingPlaceholder, Modal, Stack, Text, useStyles2 } from '@grafana/ui';
import { useCallback, useState } from 'react';
import type { Entry, Files, Resources } from '../resources';
import { useResource } from '../useResource';

const LIMIT = 1000;
const TYPING_PAUSE_MS = 250;

interface Props {
  pick: Entry['kind'];
  /** Path whose folder is shown first. */
  start: string;
  resources: Resources;
  root?: string;
  onChoose: (path: string) => void;
  onDismiss: () => void;
}

/** Walks the server's folders, one at a time, and ends with a path below the top one. */
export function FileBrowser({ pick, start, resources, root, onChoose, onDismiss }: Props) {
  const [folder, setFolder] = useState(() => startFolder(start, pick));
  const [part, setPart] = useState('');
  const load = useCallback(
    () => resources.files({ path: folder, root, limit: LIMIT, glob: part === '' ? undefined : `*${part}*` }),
    [resources, root, folder, part]
  );
  const { value: files, error, loading } = useResource(load, part === '' ? 0 : TYPING_PAUSE_MS);

  const enter = (path: string) => {
    setFolder(path);
    setPart('');
  };
  const open = (entry: Entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.kind === 'folder' ? enter(path) : onChoose(path);
  };
  return (
    <Modal isOpen title={pick === 'file' ? 'Choose a file' : 'Choose a folder'} onDismiss={onDismiss}>
      <Stack direction="column" gap={1}>
        <Trail folder={folder} onEnter={enter} />
        <Input
          aria-label="Part of the name"
          placeholder="Type part of a name"
          prefix={<Icon name="search" />}
          value={part}
          onChange={(event) => setPart(event.currentTarget.value)}
        />
        {loading && <LoadingPlaceholder text="Reading the folder" />}
        {error && <Alert severity="error" title={error} />}
        {files && <EntryList files={files} part={part} pick={pick} onOpen={open} />}
      </Stack>
      {pick === 'folder' && (
        <Modal.ButtonRow>
          <Button onClick={() => onChoose(folder)}>Use this folder</Button>
        </Modal.ButtonRow>
      )}
    </Modal>
  );
}

/** A path with a variable in it names no folder yet. */
function startFolder(path: string, pick: Entry['kind']): string {
  const folder = pick === 'folder' ? path : path.split('/').slice(0, -1).join('/');
  return folder.includes('$') || folder.includes('[[') ? '' : folder;
}

function Trail({ folder, onEnter }: { folder: string; onEnter: (path: string) => void }) {
  const names = folder === '' ? [] : folder.split('/');
  return (
    <Stack gap={0} alignItems="center" wrap="wrap">
      <Button fill="text" size="sm" icon="home-alt" aria-label="Top folder" onClick={() => onEnter('')} />
      {names.map((name, index) => (
        <Button key={index} fill="text" size="sm" onClick={() => onEnter(names.slice(0, index + 1).join('/'))}>
          {`${name} /`}
        </Button>
      ))}
    </Stack>
  );
}

interface EntryListProps {
  files: Files;
  part: string;
  pick: Entry['kind'];
  onOpen: (entry: Entry) => void;
}

function EntryList({ files, part, pick, onOpen }: EntryListProps) {
  const styles = useStyles2(getStyles);
  // The server's glob speaks of files only.
  const named = ({ kind, name }: Entry) => kind === 'file' || name.toLowerCase().includes(part.toLowerCase());
  const entries = files.entries.filter((entry) => named(entry) && (pick === 'file' || entry.kind === 'folder'));
  return (
    <>
      <ul className={styles.list}>
        {entries.map((entry) => (
          <li key={entry.name}>
            <button type="button" className={styles.entry} onClick={() => onOpen(entry)}>
              <Icon name={entry.kind === 'folder' ? 'folder' : 'file-alt'} />
              <span className={styles.name}>{entry.name}</span>
              <Text color="secondary">{describe(entry)}</Text>
            </button>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <Text color="secondary">{`No ${pick} here has such a name.`}</Text>}
      {files.more && (
        <Text color="secondary">{`${files.entries.length} of ${files.total} are shown. Type part of a name.`}</Text>
      )}
    </>
  );
}

function describe({ kind, size, modified }: Entry): string {
  const bytes = kind === 'file' && size !== undefined ? [formattedValueToString(getValueFormat('bytes')(size))] : [];
  const age = modified ? [dateTime(modified).fromNow()] : [];
  return [...bytes, ...age].join(', ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    maxHeight: '50vh',
    overflowY: 'auto',
  }),
  entry: css({
    display: 'flex',
    gap: theme.spacing(1),
    alignItems: 'center',
    width: '100%',
    padding: theme.spacing(0.5, 1),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'none',
    textAlign: 'left',
    '& > :last-child': { flexShrink: 0 },
    '&:hover, &:focus-visible': { background: theme.colors.action.hover },
  }),
  name: css({
    flexGrow: 1,
    overflowWrap: 'anywhere',
  }),
});
