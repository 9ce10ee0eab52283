//! The fence on Unix: links, pipes, sockets, devices, permissions, and paths made of tricky parts.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Links by name: two that stay inside, and all the ways out.
fn add_links(house: &House) {
    let outside = house.at("outside");
    for (target, link) in [
        ("sub/b.csv", "in.csv"),
        ("sub", "in"),
        ("../a.csv", "sub/up.csv"),
        ("../sibling.csv", "out.csv"),
        ("..", "parent"),
        ("../../outside", "out"),
        ("gone.csv", "dangling.csv"),
        ("loop2", "loop1"),
        ("loop1", "loop2"),
        ("/dev/zero", "zero.csv"),
        ("/proc/self/root", "magic"),
    ] {
        symlink(target, house.data(link)).unwrap();
    }
    symlink(outside.join("secret.csv"), house.data("absolute.csv")).unwrap();
    symlink(outside, house.data("sub/absolute")).unwrap();
    symlink(house.data("a.csv"), house.data("absolute-in.csv")).unwrap();
}

#[test]
fn links_that_stay_inside_are_followed_and_no_others() {
    let house = House::new();
    add_links(&house);
    for path in ["in.csv", "in/b.csv", "sub/up.csv", "in/deep/c.csv"] {
        assert_eq!(text(house.folder().open(path).unwrap()), INSIDE, "{path}");
    }
    for (path, expected) in [
        ("out.csv", "Escapes"),
        ("parent/sibling.csv", "Escapes"),
        ("out/secret.csv", "Escapes"),
        ("absolute.csv", "Escapes"),
        ("sub/absolute/secret.csv", "Escapes"),
        ("absolute-in.csv", "Escapes"),
        ("zero.csv", "Escapes"),
        ("magic/etc/passwd", "Escapes"),
        ("dangling.csv", "DanglingLink"),
        ("loop1", "LinkLoop"),
        ("loop1/a.csv", "LinkLoop"),
    ] {
        assert_eq!(house.error(path).0, expected, "{path}");
    }
}

#[test]
fn folders_do_not_leave_their_root_by_links_either() {
    let house = House::new();
    add_links(&house);
    for (folder, expected) in [("data/out", "Escapes"), ("data/sub/absolute", "Escapes")] {
        let error = house.roots().open("main", folder, LIMIT).unwrap_err();
        assert_eq!(variant(&error), expected, "{folder}");
    }
    // Beneath the root, so good as a folder, while it is a way out for a query in `data`.
    let parent = house.roots().open("main", "data/parent", LIMIT).unwrap();
    assert_eq!(text(parent.open("data/a.csv").unwrap()), INSIDE);
    assert_eq!(variant(&house.folder().list("parent", None).unwrap_err()), "Escapes");
}

#[test]
fn pipes_sockets_and_devices_neither_block_nor_open() {
    let house = House::new();
    make_pipe(&house.data("pipe.csv"));
    let _listener = UnixListener::bind(house.data("socket.csv")).unwrap();
    symlink("pipe.csv", house.data("link.csv")).unwrap();
    for path in ["pipe.csv", "socket.csv", "link.csv"] {
        assert_eq!(house.error(path).0, "NotRegular", "{path}");
    }
    let devices = Roots::new([("dev".to_owned(), PathBuf::from("/dev"))]);
    let error = devices.open("dev", "", LIMIT).unwrap().open("zero").unwrap_err();
    assert_eq!(variant(&error), "NotRegular");
}

#[test]
fn listings_leave_out_what_cannot_be_opened() {
    let house = House::new();
    add_links(&house);
    make_pipe(&house.data("pipe.csv"));
    let entries = house.folder().list("", None).unwrap();
    assert_eq!(names(&entries), ["in", "sub", "a.csv", "in.csv"]);
    assert_eq!(entries[3].size, INSIDE.len() as u64);
}

#[test]
fn names_that_are_not_unicode_are_left_out() {
    use std::os::unix::ffi::OsStrExt;
    let house = House::new();
    let name = std::ffi::OsStr::from_bytes(b"\xff.csv");
    if let Err(error) = File::create(house.data("").join(name)) {
        writeln!(io::stderr(), "SKIPPED: this file system refuses such names: {error}").unwrap();
        return;
    }
    assert_eq!(names(&house.folder().list("", None).unwrap()), ["sub", "a.csv"]);
}

#[test]
fn permission_denied_names_the_user_and_where_to_look() {
    let house = House::new();
    fs::set_permissions(house.data("a.csv"), fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(house.data("a.csv")).is_ok() {
        writeln!(io::stderr(), "SKIPPED: root may read everything; the mapping is tested alone")
            .unwrap();
        return;
    }
    let (variant, text) = house.error("a.csv");
    assert_eq!(variant, "PermissionDenied");
    for word in ["service user (id ", "mount", "ProtectHome"] {
        assert!(text.contains(word), "{text}");
    }
}

proptest! {
    /// Whatever a path is made of, what it opens lies inside the fence.
    #[test]
    fn no_path_leads_outside(parts in prop::collection::vec(part(), 1..7), separator in separator()) {
        thread_local! {
            static HOUSE: House = { let house = House::new(); add_links(&house); house };
        }
        let path = parts.join(separator);
        HOUSE.with(|house| {
            let folder = house.folder();
            if let Ok(source) = folder.open(&path) {
                prop_assert_eq!(text(source), INSIDE, "{:?}", path);
            }
            for entry in folder.list(&path, None).into_iter().flatten() {
                prop_assert!(!["secret.csv", "sibling.csv"].contains(&entry.name.as_str()), "{:?}", path);
            }
            Ok(())
        })?;
    }
}

fn separator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["/", "/", "/", "//", "/./", "\\", "\0", ""])
}

fn part() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        ".",
        "..",
        "...",
        "a.csv",
        "sub",
        "deep",
        "b.csv",
        "c.csv",
        "in",
        "in.csv",
        "up.csv",
        "parent",
        "out",
        "out.csv",
        "absolute",
        "absolute.csv",
        "sibling.csv",
        "secret.csv",
        "data",
        "root",
        "magic",
        "loop1",
        "~",
        "%2e%2e",
        "..%2f",
        "．．",
        "C:",
        "\u{202e}",
    ];
    prop_oneof![
        12 => prop::sample::select(KNOWN).prop_map(str::to_owned),
        1 => ".*",
    ]
}
