//! The command line as a user runs it: the real binary, which starts itself as a plugin, on small files.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const WEATHER: &str = "time,city,temperature,wind speed\n\
    2024-01-01T00:00:00Z,Oslo,-3.5,4\n\
    2024-01-01T01:00:00Z,Oslo,,5\n\
    2024-01-01T00:00:00Z,\"Rome, IT\",11.25,2\n";

/// A folder with the file `weather.csv`, and others.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("weather.csv", WEATHER)].iter().chain(files) {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

/// The lines `0`, `1` and so on.
fn numbers(count: usize) -> String {
    (0..count).map(|n| n.to_string() + "\n").collect()
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_csv-datasource"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().expect("the binary runs")
}

/// What is printed on stdout; there must be no error.
fn printed(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*errors), (Some(0), ""), "{args:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What is printed on stderr; there must be an error, and nothing on stdout.
fn refused(folder: &Path, args: &[&str], code: i32) -> String {
    let output = run(folder, args);
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
    assert!(output.stdout.is_empty(), "{args:?}: {:?}", String::from_utf8_lossy(&output.stdout));
    errors
}

#[test]
fn csv_holds_every_row_in_the_order_of_the_file() {
    let folder = folder(&[]);
    assert_eq!(
        printed(folder.path(), &["query", "weather.csv", "--output", "csv"]),
        "time,city,temperature,wind speed\r\n\
         2024-01-01T00:00:00Z,Oslo,-3.5,4\r\n\
         2024-01-01T01:00:00Z,Oslo,,5\r\n\
         2024-01-01T00:00:00Z,\"Rome, IT\",11.25,2\r\n"
    );
}

#[test]
fn csv_of_ten_thousand_rows_is_complete() {
    let rows = numbers(10_000).replace('\n', ",7\n");
    let folder = folder(&[("long.csv", &format!("n,m\n{rows}"))]);
    let text = printed(folder.path(), &["query", "long.csv", "--output", "csv"]);
    assert_eq!(text.replace("\r\n", "\n"), format!("n,m\n{rows}"));
}

#[test]
fn flags_reach_the_query() {
    let folder = folder(&[("odd.csv", "# head\nx;1,5\ny;-\n")]);
    for (args, expected) in [
        (
            &["weather.csv", "--filter", "temperature >= 0", "--columns", "city,temperature"][..],
            "city,temperature\r\n\"Rome, IT\",11.25\r\n",
        ),
        (
            &["weather.csv", "--filter", "\"wind speed\" > 4", "--columns", "wind speed"],
            "wind speed\r\n5\r\n",
        ),
        (
            &["weather.csv", "--filter", "city =~ ^Rome", "--columns", "city"],
            "city\r\n\"Rome, IT\"\r\n",
        ),
        (&["weather.csv", "--limit", "1", "--columns", "city"], "city\r\nOslo\r\n"),
        (
            &["weather.csv", "--from", "2024-01-01 01:00", "--columns", "time"],
            "time\r\n2024-01-01T01:00:00Z\r\n",
        ),
        (
            &["weather.csv", "--limit", "1", "--columns", "time", "--time-zone", "Europe/Berlin"],
            "time\r\n2024-01-01T01:00:00+01:00\r\n",
        ),
        (
            &[
                "odd.csv",
                "--delimiter",
                ";",
                "--decimal",
                ",",
                "--comment",
                "#",
                "--header-rows",
                "0",
                "--column-names",
                "[\"name\",\"value\"]",
                "--null",
                "-",
            ],
            "name,value\r\nx,1.5\r\ny,\r\n",
        ),
    ] {
        let args = [&["query"], args, &["--output", "csv"]].concat();
        assert_eq!(printed(folder.path(), &args), expected, "{args:?}");
    }
}

#[test]
fn aggregates() {
    let folder = folder(&[]);
    let args = [
        "query",
        "weather.csv",
        "--group-by",
        "city",
        "--agg",
        "max(\"wind speed\")",
        "--output",
        "json",
    ];
    let rows: Value = serde_json::from_str(&printed(folder.path(), &args)).expect("JSON");
    let rows = rows.as_array().expect("an array");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        rows.iter().any(|row| row["city"] == "Oslo"
            && row.as_object().into_iter().flatten().any(|cell| cell.1 == &json!(5))),
        "{rows:?}"
    );
}

#[test]
fn json_keeps_types() {
    let folder = folder(&[("big.csv", "id,ok\n9007199254740993,true\n,false\n")]);
    let rows: Value =
        serde_json::from_str(&printed(folder.path(), &["query", "big.csv", "--output", "json"]))
            .expect("JSON");
    assert_eq!(
        rows,
        json!([{ "id": 9_007_199_254_740_993_i64, "ok": true }, { "id": null, "ok": false }])
    );
}

#[test]
fn arrow_is_an_ipc_file() {
    let folder = folder(&[]);
    let output = run(folder.path(), &["query", "weather.csv", "--output", "arrow"]);
    assert_eq!(output.status.code(), Some(0));
    let reader = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(output.stdout), None)
        .expect("a file");
    assert_eq!(reader.map(|batch| batch.expect("a batch").num_rows()).sum::<usize>(), 3);
}

#[test]
fn a_table_is_the_default_and_shows_forty_rows() {
    let rows = numbers(1234);
    let folder = folder(&[("long.csv", &format!("n\n{rows}"))]);
    let text = printed(folder.path(), &["query", "weather.csv"]);
    assert!(text.contains("time                  city      temperature  wind speed\n"), "{text}");
    assert!(text.ends_with("\n3 rows.\n"), "{text}");
    let text = printed(folder.path(), &["query", "long.csv"]);
    assert!(text.ends_with("   39\n40 of 1,234 rows; --output csv prints all.\n"), "{text}");
}

#[test]
fn a_plot_shows_each_series() {
    let folder = folder(&[("text.csv", "a,b\nx,y\n")]);
    let text = printed(
        folder.path(),
        &["query", "weather.csv", "--output", "plot", "--columns", "time,city,wind speed"],
    );
    assert!(text.contains("Oslo") && text.contains("Rome") && text.contains('┤'), "{text}");
    let error = refused(folder.path(), &["query", "text.csv", "--output", "plot"], 1);
    assert!(error.contains("time"), "{error}");
}

#[test]
fn explain_and_notices_go_to_stderr() {
    let rows = numbers(20_000);
    let folder = folder(&[("bad.csv", &format!("n\n{rows}x\n"))]);
    let output = run(folder.path(), &["query", "bad.csv", "--output", "csv", "--explain"]);
    let (out, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.lines().count(), 20_002);
    for part in ["Bytes read:", "Rows read:", "20,001\n", "executed:"] {
        assert!(errors.contains(part), "{part}: {errors}");
    }
    assert!(errors.contains("20002"), "a notice names line 20002: {errors}");
}

#[test]
fn budgets_of_a_server_do_not_hold_here_unless_they_are_asked_for() {
    let folder = folder(&[]);
    let mut limited = command(folder.path(), &["query", "weather.csv"]);
    let output = limited.env("GF_PLUGIN_MAX_ROWS", "2").output().expect("the binary runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("max_rows"), "{error}");
}

#[test]
fn inspect_says_what_would_be_used() {
    let folder = folder(&[]);
    let text = printed(folder.path(), &["inspect", "weather.csv"]);
    for part in
        ["delimiter", "wind speed", "int64", "float64", "The time column is “time”.", "3 read"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let answers: Value = serde_json::from_str(&printed(
        folder.path(),
        &["inspect", "weather.csv", "--output", "json"],
    ))
    .expect("JSON");
    assert_eq!(answers["schema"]["timeColumn"], "time");
    assert_eq!(answers["preview"]["report"]["rowsRead"], 3);
}

#[test]
fn errors_are_sentences_and_exit_codes_tell_them_apart() {
    let folder = folder(&[]);
    std::fs::create_dir(folder.path().join("a,b")).expect("a folder");
    std::fs::write(folder.path().join("a,b/c.csv"), WEATHER).expect("a file");
    for (args, code, words) in [
        (&["query", "none.csv"][..], 1, "There is no file “none.csv”"),
        (&["query", "*.csv"], 1, "a pattern"),
        (&["query", "."], 1, "is a folder"),
        (&["query", "a,b/c.csv"], 1, "has a comma"),
        (&["query", "weather.csv", "--columns", "moon"], 1, "moon"),
        (&["inspect", "none.csv"], 1, "There is no file “none.csv”"),
        (&["inspect", "weather.csv", "--delimiter", "ab"], 1, "delimiter"),
        (&["query"], 2, "PATH"),
        (&["query", "weather.csv", "--output", "xml"], 2, "xml"),
        (&["query", "weather.csv", "--filter", "moon"], 2, "operator"),
        (&["list"], 2, "list"),
    ] {
        let error = refused(folder.path(), args, code);
        assert!(error.contains(words), "{args:?}: {error}");
        assert!(code == 2 || error.ends_with(".\n"), "{args:?} is not a sentence: {error}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let rows = numbers(200_000);
    let folder = folder(&[("long.csv", &format!("n\n{rows}"))]);
    for output in ["csv", "json", "arrow"] {
        let mut child = command(folder.path(), &["query", "long.csv", "--output", output])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut [0; 3]).expect("the first bytes");
        drop(stdout);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The plugin process carries its folder in its environment; nobody else does.
#[cfg(target_os = "linux")]
#[test]
fn no_plugin_process_is_left_behind() {
    let folder = folder(&[]);
    printed(folder.path(), &["query", "weather.csv"]);
    refused(folder.path(), &["query", "weather.csv", "--columns", "moon"], 1);
    let root = format!("GF_PLUGIN_ALLOWED_ROOTS=root={}", folder.path().display());
    for process in std::fs::read_dir("/proc").expect("proc").flatten() {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&environment).contains(&root), "{:?}", process.path());
    }
}

/// Blocked in a pipe that nobody reads on is where an interruption is hardest to notice.
#[cfg(unix)]
#[test]
fn an_interruption_ends_it() {
    let folder = folder(&[("long.csv", &format!("n\n{}", numbers(200_000)))]);
    let mut child = command(folder.path(), &["query", "long.csv", "--output", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut [0; 3]).expect("the first bytes");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill runs").success());
    let mut errors = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("UTF-8");
    assert_eq!((child.wait().expect("it ends").code(), &*errors), (Some(1), "Interrupted.\n"));
}
