//! Server settings as grafana.ini may hold them. Values are given by lookup, never through the real environment, which
//! tests share.

use super::*;

fn read(key: &str, value: &str) -> ServerSettings {
    ServerSettings::read(|name| {
        (name == format!("GF_PLUGIN_{}", key.to_uppercase())).then(|| value.to_owned())
    })
}

#[test]
fn nothing_set_means_defaults() {
    let settings = ServerSettings::read(|_| None);
    assert!(settings.allowed_roots.is_empty() && settings.problems.is_empty());
    assert_eq!(settings.budgets, Budgets::default());
    assert_eq!(settings.budgets.max_file_bytes, 17_179_869_184);
    assert_eq!(settings.budgets.max_line_bytes, 4_194_304);
}

#[test]
fn budgets_are_read_each_from_its_key() {
    let default = Budgets::default();
    let table = [
        ("max_file_bytes", " 7 ", Budgets { max_file_bytes: 7, ..default }),
        ("max_file_bytes", "2 GB", Budgets { max_file_bytes: 2_000_000_000, ..default }),
        ("max_file_bytes", "1TiB", Budgets { max_file_bytes: 1 << 40, ..default }),
        ("max_line_bytes", "64KiB", Budgets { max_line_bytes: 65_536, ..default }),
        ("max_columns", "3", Budgets { max_columns: 3, ..default }),
        ("max_rows", "4", Budgets { max_rows: 4, ..default }),
        ("max_series", "5", Budgets { max_series: 5, ..default }),
        ("max_result_bytes", "1MiB", Budgets { max_result_bytes: 1_048_576, ..default }),
        ("query_timeout", "5", Budgets { query_timeout: Duration::from_secs(5), ..default }),
        (
            "query_timeout",
            "250ms",
            Budgets { query_timeout: Duration::from_millis(250), ..default },
        ),
        ("query_timeout", "24h", Budgets { query_timeout: Duration::from_hours(24), ..default }),
        ("max_concurrent_scans", "1024", Budgets { max_concurrent_scans: 1024, ..default }),
        ("max_rows", "  ", default),
    ];
    for (key, value, expected) in table {
        let settings = read(key, value);
        assert_eq!(settings.budgets, expected, "{key} = {value}");
        assert!(settings.problems.is_empty(), "{key} = {value}: {:?}", settings.problems);
    }
}

#[test]
fn a_bad_value_keeps_the_default_and_is_reported() {
    for (key, value) in [
        ("max_file_bytes", "0"),
        ("max_file_bytes", "-1"),
        ("max_file_bytes", "1.5GiB"),
        ("max_file_bytes", "64mib"),
        ("max_file_bytes", "18446744073709551616"),
        ("max_file_bytes", "18446744073709551615KiB"),
        ("max_rows", "10KiB"),
        ("max_rows", "1,000"),
        ("max_rows", "all"),
        ("query_timeout", "0s"),
        ("query_timeout", "25h"),
        ("query_timeout", "18446744073709551615h"),
        ("query_timeout", "5 parsecs"),
        ("max_concurrent_scans", "1025"),
    ] {
        let settings = read(key, value);
        assert_eq!(settings.budgets, Budgets::default(), "{key} = {value}");
        let [problem] = settings.problems.as_slice() else { panic!("{:?}", settings.problems) };
        let text = problem.to_string();
        assert!(
            text.contains(&format!("`{key} = {value}`")) && text.contains("expected"),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn roots_have_names() {
    for (value, expected) in [
        ("", vec![]),
        ("/srv/csv", vec![("csv", "/srv/csv")]),
        ("/srv/csv/, logs = /var/log ,", vec![("csv", "/srv/csv/"), ("logs", "/var/log")]),
        ("all=/", vec![("all", "/")]),
        ("/srv/a=b", vec![("a=b", "/srv/a=b")]),
        ("x=/srv/a=b", vec![("x", "/srv/a=b")]),
    ] {
        let settings = read("allowed_roots", value);
        let root =
            |(name, path): (&str, &str)| AllowedRoot { name: name.into(), path: path.into() };
        let expected: Vec<_> = expected.into_iter().map(root).collect();
        assert_eq!(settings.allowed_roots, expected, "{value}");
        assert!(settings.problems.is_empty(), "{value}: {:?}", settings.problems);
    }
}

#[cfg(windows)]
#[test]
fn drives_are_roots() {
    let settings = read("allowed_roots", r"C:\data\csv, logs=D:\logs");
    let names: Vec<_> = settings.allowed_roots.iter().map(|root| root.name.as_str()).collect();
    assert_eq!(names, ["csv", "logs"]);
}

#[cfg(unix)]
#[test]
fn bad_roots_are_reported_and_the_others_stay() {
    for (value, problem) in [
        ("relative, /srv/ok", "`allowed_roots = relative`"),
        ("x=relative, /srv/ok", "`allowed_roots = x=relative`"),
        ("=/srv/x, /srv/ok", "`allowed_roots = =/srv/x`"),
        ("/, /srv/ok", "`allowed_roots = /`"),
        ("/srv/ok, /other/ok", "names two folders “ok”"),
    ] {
        let settings = read("allowed_roots", value);
        let paths: Vec<_> = settings.allowed_roots.iter().map(|root| root.path.as_path()).collect();
        assert_eq!(paths, [std::path::Path::new("/srv/ok")], "{value}");
        let [only] = settings.problems.as_slice() else { panic!("{:?}", settings.problems) };
        assert!(only.to_string().contains(problem), "{value}: {only}");
    }
}
