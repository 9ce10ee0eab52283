//! Holds the rooms to the house's plan: who may import whom stands in one table, and a new arrow needs a new line there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every room, and the rooms that it may import. Later rooms of the data's way import nothing of earlier ones.
const ROOMS: [(&str, &[&str]); 14] = [
    ("main", &["plugin", "service", "settings", "cli", "log"]),
    ("plugin", &["proto", "identity", "log"]),
    (
        "service",
        &[
            "proto", "instance", "settings", "query", "storage", "csv", "exec", "frame",
            "identity", "log",
        ],
    ),
    ("instance", &["settings", "query", "storage", "csv", "exec"]),
    ("settings", &["identity", "storage"]),
    ("query", &[]),
    ("storage", &["identity"]),
    ("csv", &[]),
    ("exec", &[]),
    ("frame", &[]),
    ("cli", &["proto", "identity", "query", "frame"]),
    ("log", &["identity"]),
    ("identity", &[]),
    ("proto", &[]),
];

type Arrows = BTreeMap<String, BTreeSet<String>>;

fn table() -> Arrows {
    let owned = |rooms: &[&str]| rooms.iter().map(|room| (*room).to_owned()).collect();
    ROOMS.iter().map(|(room, imports)| ((*room).to_owned(), owned(imports))).collect()
}

#[test]
fn every_import_stands_in_the_table() {
    let table = table();
    let mut wrong = Vec::new();
    for (file, room) in files() {
        let Some(allowed) = table.get(&room) else {
            wrong.push(format!("{}: the table does not know the room '{room}'", file.display()));
            continue;
        };
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            if import != room && !allowed.contains(&import) {
                wrong.push(format!("{}: {room} -> {import}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that the table does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn no_rooms_import_each_other_in_a_circle() {
    assert_eq!(circle(&table()), None);
    let mut arrows = Arrows::new();
    for (file, room) in files() {
        let mut found = imports(&fs::read_to_string(&file).unwrap());
        found.remove(&room);
        arrows.entry(room).or_default().extend(found);
    }
    assert_eq!(circle(&arrows), None);
}

/// The table would be no fence if it named rooms that are gone.
#[test]
fn every_room_of_the_table_exists() {
    let rooms: BTreeSet<String> = files().into_iter().map(|(_, room)| room).collect();
    let named: BTreeSet<String> = table().into_keys().collect();
    assert_eq!(named, rooms);
}

#[test]
fn imports_are_found_in_every_form() {
    let table = [
        ("use crate::csv::Scan;", &["csv"][..]),
        (
            "pub(crate) use crate::{csv::{self, Scan}, exec, frame::{Frame, meta::Notice}};",
            &["csv", "exec", "frame"],
        ),
        ("use crate::{\n    csv,\n    exec,\n};", &["csv", "exec"]),
        ("let f: crate::frame::Frame = csv_datasource::csv::read();", &["csv", "frame"]),
        ("/// See [`crate::csv`].\n//! crate::exec\n/* crate::frame */", &[]),
        (r#"let s = "use crate::csv;"; let c = '"'; use crate::exec;"#, &["exec"]),
        (
            "pub(in crate::plugin) struct S; fn f<'a>(x: &'a str) {} use crate::log;",
            &["log", "plugin"],
        ),
        ("$crate::x; xcrate::y; use tonic::service::Routes;", &["x"]),
    ];
    for (source, expected) in table {
        let expected: BTreeSet<String> = expected.iter().map(|room| (*room).to_owned()).collect();
        assert_eq!(imports(source), expected, "{source}");
    }
}

#[test]
fn circles_are_found() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut arrows = Arrows::new();
        for (from, to) in pairs {
            arrows.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        arrows
    };
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    assert!(circle(&arrows(&[("a", "b"), ("b", "c"), ("c", "a")])).is_some());
    assert!(circle(&arrows(&[("x", "a"), ("a", "b"), ("b", "a")])).is_some());
}

/// Every source file with its room: `src/csv.rs` and `src/csv/scan.rs` are both of `csv`. `lib.rs` only lists rooms.
fn files() -> Vec<(PathBuf, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    let room = |file: &Path| {
        let first = file.strip_prefix(&source).unwrap().components().next().unwrap();
        Path::new(first.as_os_str()).file_stem().unwrap().to_str().unwrap().to_owned()
    };
    let mut files: Vec<_> = files
        .into_iter()
        .map(|file| (room(&file), file))
        .map(|(room, file)| (file, room))
        .collect();
    files.retain(|(_, room)| room != "lib");
    assert!(files.len() >= ROOMS.len(), "the sources were not found");
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms that a source names as `crate::room` or `crate::{room, …}`, or by the library's name.
fn imports(source: &str) -> BTreeSet<String> {
    let code = without_comments_and_strings(source);
    let mut found = BTreeSet::new();
    for root in ["crate::", concat!("csv_datasource", "::")] {
        for (start, _) in code.match_indices(root) {
            let before = code[..start].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                found.extend(rooms(&code[start + root.len()..]));
            }
        }
    }
    found
}

/// The names right after `crate::`: one, or those at the top level of a group.
fn rooms(rest: &str) -> Vec<String> {
    let Some(group) = rest.trim_start().strip_prefix('{') else {
        return vec![name(rest)];
    };
    let (mut depth, mut items) = (0_usize, vec![String::new()]);
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(String::new()),
            _ => items.last_mut().unwrap().push(c),
        }
        depth = depth + usize::from(c == '{') - usize::from(c == '}');
    }
    items.iter().map(|item| name(item)).filter(|name| !name.is_empty()).collect()
}

fn name(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Good enough for this crate's own code: line and block comments, strings, raw strings, characters.
fn without_comments_and_strings(source: &str) -> String {
    let noise = regex::Regex::new(
        r##"(?s)//[^\n]*|/\*.*?\*/|r#".*?"#|r".*?"|b?"(?:\\.|[^"\\])*"|'(?:\\[^']+|\\'|[^'\\])'"##,
    );
    noise.unwrap().replace_all(source, " ").into_owned()
}

fn circle(arrows: &Arrows) -> Option<Vec<String>> {
    fn walk(room: &str, arrows: &Arrows, way: &mut Vec<String>) -> Option<Vec<String>> {
        if way.iter().any(|passed| passed == room) {
            way.push(room.to_owned());
            return Some(way.clone());
        }
        way.push(room.to_owned());
        let found = arrows.get(room).into_iter().flatten().find_map(|next| walk(next, arrows, way));
        if found.is_none() {
            way.pop();
        }
        found
    }
    arrows.keys().find_map(|room| walk(room, arrows, &mut Vec::new()))
}
