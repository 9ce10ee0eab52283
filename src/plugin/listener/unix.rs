//! The Unix socket: where it lies, who may use it, and that its file goes when we go.

use std::fs::{self, Permissions};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use crate::plugin::PluginError;
use crate::plugin::environment::Environment;

pub(super) type Socket = UnixListener;
pub(super) type Stream = UnixStream;

/// Names to try before the folder itself must be to blame.
const ATTEMPTS: usize = 16;

/// The file of a socket; dropping it removes the file.
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

impl SocketFile {
    /// The path as it stands in the handshake line.
    pub(super) fn address(&self) -> Result<String, PluginError> {
        let fits = |path: &&str| !path.contains(['|', '\n', '\r']);
        let path = self.0.to_str().filter(fits);
        path.map(str::to_owned).ok_or_else(|| PluginError::SocketPath { path: self.0.clone() })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // If somebody else has removed it, so be it.
        fs::remove_file(&self.0).ok();
    }
}

/// Opens a socket in the folder that the host names, or else in the one for temporary files.
pub(super) fn bind(environment: &Environment) -> Result<(Socket, SocketFile), PluginError> {
    let folder =
        environment.get("PLUGIN_UNIX_SOCKET_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let (socket, file) = bind_in(&folder)?;
    match environment.get("PLUGIN_UNIX_SOCKET_GROUP") {
        Some(group) => share(&file, group)?,
        // go-plugin leaves this to the umask; a container without one would let everybody in.
        None => permit(&file, 0o600)?,
    }
    Ok((socket, file))
}

pub(super) async fn accept(socket: &Socket) -> io::Result<Stream> {
    socket.accept().await.map(|(stream, _)| stream)
}

fn bind_in(folder: &Path) -> Result<(Socket, SocketFile), PluginError> {
    let mut attempts = ATTEMPTS;
    loop {
        let path = folder.join(name());
        match UnixListener::bind(&path) {
            Ok(socket) => return Ok((socket, SocketFile(path))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts > 0 => attempts -= 1,
            Err(source) => return Err(PluginError::Socket { path, source }),
        }
    }
}

/// `plugin` and random digits, as Go names its temporary files.
fn name() -> String {
    format!("plugin{}", RandomState::new().build_hasher().finish() % 10_000_000_000)
}

/// Lets a group use the socket, named or by number: the host may run as another user.
fn share(file: &SocketFile, group: &str) -> Result<(), PluginError> {
    let number = match group.parse() {
        Ok(number) => number,
        Err(_) => group_number(group)?,
    };
    chown(&file.0, None, Some(number))
        .map_err(|source| PluginError::Socket { path: file.0.clone(), source })?;
    permit(file, 0o660)
}

fn permit(file: &SocketFile, mode: u32) -> Result<(), PluginError> {
    fs::set_permissions(&file.0, Permissions::from_mode(mode))
        .map_err(|source| PluginError::Socket { path: file.0.clone(), source })
}

/// Looks the group up in /etc/group itself: the C library's way needs `unsafe` or a dependency, and knows no more in a
/// static binary.
fn group_number(group: &str) -> Result<u32, PluginError> {
    let unknown = |source| PluginError::Group { group: group.to_owned(), source };
    let groups = fs::read_to_string("/etc/group").map_err(|source| unknown(Some(source)))?;
    find_group(&groups, group).ok_or_else(|| unknown(None))
}

/// A line of /etc/group is `name:password:number:members`.
fn find_group(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then(|| fields.nth(1)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn mode(file: &SocketFile) -> u32 {
        fs::metadata(&file.0).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn the_file_lies_in_the_folder_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let environment =
            environment(&[("PLUGIN_UNIX_SOCKET_DIR", folder.path().to_str().unwrap())]);
        let (_socket, file) = bind(&environment).unwrap();
        let path = PathBuf::from(file.address().unwrap());
        assert_eq!(path.parent(), Some(folder.path()));
        let digits = path.file_name().unwrap().to_str().unwrap().strip_prefix("plugin").unwrap();
        assert!(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
        assert_eq!(mode(&file), 0o600);
        drop(file);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_group_may_use_it() {
        let folder = tempfile::tempdir().unwrap();
        let group = fs::metadata(folder.path()).unwrap().gid();
        let (directory, number) = (folder.path().to_str().unwrap(), group.to_string());
        let variables =
            [("PLUGIN_UNIX_SOCKET_DIR", directory), ("PLUGIN_UNIX_SOCKET_GROUP", number.as_str())];
        let (_socket, file) = bind(&environment(&variables)).unwrap();
        assert_eq!(mode(&file), 0o660);
        assert_eq!(fs::metadata(&file.0).unwrap().gid(), group);
    }

    #[tokio::test]
    async fn errors_name_the_folder_and_the_group() {
        let missing = environment(&[("PLUGIN_UNIX_SOCKET_DIR", "/does/not/exist")]);
        let error = bind(&missing).unwrap_err().to_string();
        assert!(error.contains("/does/not/exist/plugin"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().to_str().unwrap();
        let variables =
            [("PLUGIN_UNIX_SOCKET_DIR", directory), ("PLUGIN_UNIX_SOCKET_GROUP", "no such group")];
        let error = bind(&environment(&variables)).unwrap_err().to_string();
        assert!(error.contains("'no such group'"), "{error}");
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            0,
            "a failed start leaves nothing behind"
        );
    }

    #[test]
    fn a_path_that_would_break_the_handshake_is_refused() {
        for path in ["/tmp/a|b/plugin1", "/tmp/a\nb/plugin1"] {
            let file = SocketFile(PathBuf::from(path));
            assert!(matches!(file.address(), Err(PluginError::SocketPath { .. })), "{path:?}");
        }
    }

    #[test]
    fn groups_are_found_by_their_whole_name() {
        let groups = "root:x:0:\nbroken\ngrafana-x:x:1:\ngrafana:x:472:a,b\nodd:x:many:\n";
        let table =
            [("grafana", Some(472)), ("graf", None), ("broken", None), ("odd", None), ("", None)];
        for (name, number) in table {
            assert_eq!(find_group(groups, name), number, "{name}");
        }
    }
}
