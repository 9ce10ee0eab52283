//! Storage against a real file system, with a canary outside the fence that nothing may ever read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use tempfile::TempDir;

use super::path::check;
use super::*;

#[cfg(unix)]
mod fence;

const CANARY: &str = "canary,outside\n";
const INSIDE: &str = "time,value\n1,2\n";
const LIMIT: u64 = 16 << 30;

/// `root/data` is the fence; `root/sibling.csv` and `outside/secret.csv` hold the canary.
struct House {
    dir: TempDir,
}

impl House {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let house = Self { dir };
        fs::create_dir_all(house.data("sub/deep")).unwrap();
        fs::create_dir(house.at("outside")).unwrap();
        for file in ["root/data/a.csv", "root/data/sub/b.csv", "root/data/sub/deep/c.csv"] {
            fs::write(house.at(file), INSIDE).unwrap();
        }
        for file in ["outside/secret.csv", "root/sibling.csv", "secret.csv"] {
            fs::write(house.at(file), CANARY).unwrap();
        }
        house
    }

    fn at(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn data(&self, path: &str) -> PathBuf {
        self.at("root/data").join(path)
    }

    fn roots(&self) -> Roots {
        Roots::new([("main".to_owned(), self.at("root"))])
    }

    fn folder(&self) -> LocalFolder {
        self.roots().open("main", "data", LIMIT).unwrap()
    }

    /// The error's variant and text. Panics if there is none.
    fn error(&self, path: &str) -> (String, String) {
        let error = self.folder().open(path).map(|_| ()).expect_err(path);
        let shown = error.to_string();
        let absolute = self.dir.path().to_str().unwrap();
        assert!(!shown.contains(absolute), "an absolute path shows: {shown}");
        (variant(&error), shown)
    }
}

fn variant(error: &StorageError) -> String {
    format!("{error:?}").split([' ', '{']).next().unwrap().to_owned()
}

fn text(mut source: Box<dyn Source>) -> String {
    let mut text = String::new();
    source.read_to_string(&mut text).unwrap();
    text
}

fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

#[test]
fn reads_files_beneath_the_folder() {
    let house = House::new();
    for path in ["a.csv", "./a.csv", "sub/b.csv", "sub//deep/./c.csv"] {
        let source = house.folder().open(path).unwrap();
        assert_eq!(source.version().size, INSIDE.len() as u64);
        assert!(source.version().modified.is_some());
        assert_eq!(text(source), INSIDE, "{path}");
    }
}

#[test]
fn hostile_paths_get_their_error() {
    let house = House::new();
    let table = [
        ("", "EmptyPath"),
        ("a.csv\0", "NulByte"),
        ("/etc/passwd", "Absolute"),
        ("//server/share", "Absolute"),
        (r"\\server\share", "Absolute"),
        ("C:/x.csv", "Absolute"),
        (r"c:\x.csv", "Absolute"),
        ("..", "ParentFolder"),
        ("../sibling.csv", "ParentFolder"),
        ("sub/../a.csv", "ParentFolder"),
        (r"sub\..\..\sibling.csv", "ParentFolder"),
        ("nope.csv", "NotFound"),
        ("nope/a.csv", "NotFound"),
        (".", "IsFolder"),
        ("sub", "IsFolder"),
        ("sub/", "IsFolder"),
        ("a.csv/b.csv", "NotAFolder"),
    ];
    for (path, expected) in table {
        assert_eq!(house.error(path).0, expected, "{path:?}");
    }
    assert_eq!(house.error(&"x".repeat(300)).0, "InvalidName");
    assert_eq!(house.error(&"./".repeat(3000)).0, "InvalidName");
}

#[test]
fn separators_of_windows_are_refused_there() {
    for path in [r"sub\b.csv", "a.csv:stream", "C:x.csv", "C:"] {
        assert_eq!(variant(&check(path, true).unwrap_err()), "Separator", "{path}");
        check(path, false).unwrap();
    }
}

#[test]
fn errors_show_long_and_broken_names_clipped() {
    let (_, text) = House::new().error(&format!("a\n\u{1b}[31m{}", "é".repeat(1000)));
    assert!(text.contains("a\u{fffd}\u{fffd}[31mé") && text.contains('…'), "{text}");
    assert!(text.chars().count() < 400 && !text.contains(['\n', '\u{1b}']), "{text}");
}

#[test]
fn roots_go_by_name() {
    let house = House::new();
    let open = |roots: &Roots, root: &str, folder: &str| {
        roots.open(root, folder, LIMIT).map_err(|error| variant(&error))
    };
    let two =
        Roots::new([("a".to_owned(), house.at("root")), ("b".to_owned(), house.at("missing"))]);
    assert_eq!(two.names().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(two.iter().next().unwrap(), ("a", house.at("root").as_path()));
    assert!(open(&house.roots(), "", "").is_ok());
    assert!(open(&house.roots(), "main", "data/sub").is_ok());
    assert!(open(&two, "a", "").is_ok());
    for (roots, root, folder, expected) in [
        (&Roots::default(), "", "", "NoRoots"),
        (&two, "", "", "RootNotChosen"),
        (&two, "c", "", "UnknownRoot"),
        (&two, "b", "", "RootUnavailable"),
        (&two, "a", "nope", "NotFound"),
        (&two, "a", "data/a.csv", "NotAFolder"),
        (&two, "a", "../outside", "ParentFolder"),
        (&two, "a", "/etc", "Absolute"),
    ] {
        assert_eq!(open(roots, root, folder).unwrap_err(), expected, "{root} {folder}");
    }
    let error = two.open("c", "", LIMIT).unwrap_err().to_string();
    assert!(error.contains("a, b"), "{error}");
}

#[test]
fn the_operating_systems_errors_get_their_sentence() {
    use io::ErrorKind;
    for (source, expected) in [
        (io::Error::from_raw_os_error(13), "PermissionDenied"),
        (io::Error::new(ErrorKind::PermissionDenied, "led outside"), "Escapes"),
        (io::Error::from(ErrorKind::InvalidFilename), "InvalidName"),
        (io::Error::from(ErrorKind::StaleNetworkFileHandle), "Io"),
    ] {
        if cfg!(windows) && source.raw_os_error().is_some() {
            continue;
        }
        assert_eq!(variant(&StorageError::from_io("x", source)), expected);
    }
}

#[test]
fn a_file_beyond_the_budget_is_refused_unread() {
    let house = House::new();
    File::create(house.data("big.csv")).unwrap().set_len(LIMIT + 1).unwrap();
    let (variant, text) = house.error("big.csv");
    assert_eq!(variant, "TooBig");
    assert!(text.contains("17179869185") && text.contains("max_file_bytes"), "{text}");
    File::create(house.data("big.csv")).unwrap().set_len(LIMIT).unwrap();
    assert_eq!(house.folder().open("big.csv").unwrap().version().size, LIMIT);
}

#[test]
fn readers_are_independent() {
    let house = House::new();
    let mut first = house.folder().open("a.csv").unwrap();
    let mut head = [0; 4];
    first.read_exact(&mut head).unwrap();
    let second = first.reopen().unwrap();
    assert_eq!(second.version(), first.version());
    assert_eq!(text(second), INSIDE);
    assert_eq!(text(first), INSIDE[4..]);
}

#[test]
fn a_growing_file_is_read_as_it_was() {
    let house = House::new();
    let source = house.folder().open("a.csv").unwrap();
    let before = source.version().clone();
    let mut writer = OpenOptions::new().append(true).open(house.data("a.csv")).unwrap();
    writer.write_all(b"3,4\n").unwrap();
    source.verify().unwrap();
    assert_eq!(text(source.reopen().unwrap()), INSIDE);
    assert_eq!(text(source), INSIDE);
    assert_ne!(house.folder().open("a.csv").unwrap().version(), &before);
}

#[test]
fn a_truncated_file_fails_to_verify() {
    let house = House::new();
    let source = house.folder().open("a.csv").unwrap();
    source.verify().unwrap();
    OpenOptions::new().write(true).open(house.data("a.csv")).unwrap().set_len(5).unwrap();
    let error = source.verify().unwrap_err();
    assert!(matches!(error, StorageError::Truncated { expected: 15, now: 5, .. }), "{error:?}");
    assert_eq!(text(source), INSIDE[..5]);
}

#[test]
fn a_replaced_or_deleted_file_stays_readable() {
    let house = House::new();
    let source = house.folder().open("a.csv").unwrap();
    // Of the same size, so that only identity or time can tell them apart.
    fs::write(house.data("new"), INSIDE.replace('1', "9")).unwrap();
    fs::rename(house.data("new"), house.data("a.csv")).unwrap();
    source.verify().unwrap();
    assert_eq!(text(source.reopen().unwrap()), INSIDE);
    assert_ne!(house.folder().open("a.csv").unwrap().version(), source.version());
    fs::remove_file(house.data("a.csv")).unwrap();
    source.verify().unwrap();
    assert_eq!(text(source), INSIDE);
}

#[test]
fn a_replaced_folder_is_seen() {
    let house = House::new();
    let folder = house.folder();
    fs::rename(house.data(""), house.at("root/old")).unwrap();
    fs::create_dir(house.data("")).unwrap();
    fs::write(house.data("new.csv"), INSIDE).unwrap();
    assert_eq!(names(&folder.list("", None).unwrap()), ["new.csv"]);
    assert_eq!(text(folder.open("new.csv").unwrap()), INSIDE);
}

#[test]
fn lists_folders_first_then_files_by_name() {
    let house = House::new();
    for file in ["Z.csv", "b.txt", "é.csv", ".hidden.csv"] {
        fs::write(house.data(file), INSIDE).unwrap();
    }
    fs::create_dir(house.data("zoo")).unwrap();
    fs::create_dir(house.data(".git")).unwrap();
    let list = |path: &str, glob| house.folder().list(path, glob).unwrap();
    let all = list("", None);
    assert_eq!(names(&all), ["sub", "zoo", "Z.csv", "a.csv", "b.txt", "é.csv"]);
    assert_eq!((all[0].kind, all[0].size), (EntryKind::Folder, 0));
    assert_eq!((all[3].kind, all[3].size), (EntryKind::File, INSIDE.len() as u64));
    assert!(all[3].modified.is_some());
    assert_eq!(
        names(&list("", Some("[a-z]*.csv"))),
        ["sub", "zoo", "Z.csv", "a.csv"],
        "in any case"
    );
    assert_eq!(names(&list("", Some("{a,b}.*"))), ["sub", "zoo", "a.csv", "b.txt"]);
    assert_eq!(names(&list("sub", None)), ["deep", "b.csv"]);
    assert_eq!(names(&list("sub/deep/", None)), ["c.csv"]);
}

#[test]
fn listing_fails_with_a_reason() {
    let house = House::new();
    let nested = "{".repeat(900) + "a" + &"}".repeat(900);
    for (path, glob, expected) in [
        ("..", None, "ParentFolder"),
        ("/", None, "Absolute"),
        ("a.csv", None, "NotAFolder"),
        ("nope", None, "NotFound"),
        ("", Some("[a"), "Glob"),
        ("", Some(nested.as_str()), "Glob"),
    ] {
        let error = house.folder().list(path, glob).unwrap_err();
        assert_eq!(variant(&error), expected, "{path} {glob:?}");
    }
}

#[test]
fn a_folder_of_a_hundred_thousand_files_lists() {
    let house = House::new();
    let many = house.data("many");
    fs::create_dir(&many).unwrap();
    for number in 0..100_000 {
        File::create(many.join(format!("{number:06}.csv"))).unwrap();
    }
    let entries = house.folder().list("many", None).unwrap();
    assert_eq!(entries.len(), 100_000);
    assert_eq!(
        (entries[0].name.as_str(), entries[99_999].name.as_str()),
        ("000000.csv", "099999.csv")
    );
}
