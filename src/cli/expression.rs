//! The small languages of the flags: `temperature >= 20`, `mean(temperature)` and `a,"b, c"`. A column whose name holds
//! a character that means something goes in double quotes, and a double quote within is doubled, as in CSV itself.

use std::str::FromStr;

const OPERATORS: [&str; 8] = ["=~", "!~", "!=", "<=", ">=", "=", "<", ">"];
const FUNCTIONS: [&str; 7] = ["count", "sum", "mean", "min", "max", "first", "last"];

/// Why an expression was refused; clap puts the flag and the text before it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum ExpressionError {
    #[error("there is no operator in it; write a column, one of = != < <= > >= =~ !~, and a value")]
    NoOperator,
    #[error("== is not an operator; write =")]
    DoubleEquals,
    #[error("there is no column before {0}")]
    NoColumn(String),
    #[error("a double quote is not closed")]
    OpenQuote,
    #[error("{0} stands after the closing double quote")]
    AfterQuote(String),
    #[error("write a function and its column, for example mean(temperature)")]
    NotACall,
    #[error("{0} is not a function; there are count, sum, mean, min, max, first and last")]
    UnknownFunction(String),
    #[error("a column name is empty")]
    EmptyName,
}

/// One `--filter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) column: String,
    pub(super) operator: &'static str,
    pub(super) value: String,
}

impl FromStr for Filter {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (column, rest) = leading_name(text, |c| "=!<>".contains(c))?;
        let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator));
        let operator = operator.ok_or(ExpressionError::NoOperator)?;
        if rest.starts_with("==") {
            return Err(ExpressionError::DoubleEquals);
        }
        if column.is_empty() {
            return Err(ExpressionError::NoColumn(operator.to_owned()));
        }
        let value = whole(&rest[operator.len()..])?;
        Ok(Self { column, operator, value })
    }
}

/// One `--agg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aggregate {
    pub(super) function: &'static str,
    pub(super) column: String,
}

impl FromStr for Aggregate {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, rest) = text.trim().split_once('(').ok_or(ExpressionError::NotACall)?;
        let argument = rest.strip_suffix(')').ok_or(ExpressionError::NotACall)?;
        let function = FUNCTIONS.into_iter().find(|function| *function == name.trim());
        let function =
            function.ok_or_else(|| ExpressionError::UnknownFunction(name.trim().to_owned()))?;
        let column = whole(argument)?;
        if column.is_empty() {
            return Err(ExpressionError::EmptyName);
        }
        Ok(Self { function, column })
    }
}

/// A list of column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names(pub(super) Vec<String>);

impl FromStr for Names {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut names = Vec::new();
        let mut rest = text;
        loop {
            let (name, after) = leading_name(rest, |c| c == ',')?;
            if name.is_empty() {
                return Err(ExpressionError::EmptyName);
            }
            names.push(name);
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self(names)),
                None => return Err(ExpressionError::AfterQuote(after.to_owned())),
            }
        }
    }
}

/// The name at the start of `text`, and what follows it: quoted, or up to the first character that ends it.
fn leading_name(text: &str, ends: fn(char) -> bool) -> Result<(String, &str), ExpressionError> {
    let text = text.trim_start();
    if text.starts_with('"') {
        let (name, rest) = quoted(text)?;
        return Ok((name, rest.trim_start()));
    }
    let end = text.find(ends).unwrap_or(text.len());
    Ok((text[..end].trim_end().to_owned(), &text[end..]))
}

/// All of `text` as one name or value: quoted, or as it stands without the space around it.
fn whole(text: &str) -> Result<String, ExpressionError> {
    match leading_name(text, |_| false)? {
        (name, "") => Ok(name),
        (_, rest) => Err(ExpressionError::AfterQuote(rest.trim_end().to_owned())),
    }
}

/// Reads the quoted text that `text` starts with.
fn quoted(text: &str) -> Result<(String, &str), ExpressionError> {
    let mut name = String::new();
    let mut rest = &text[1..];
    loop {
        let end = rest.find('"').ok_or(ExpressionError::OpenQuote)?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Ok((name, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        for (text, column, operator, value) in [
            ("temperature >= 20", "temperature", ">=", "20"),
            ("temperature>=20", "temperature", ">=", "20"),
            ("host =~ ^web", "host", "=~", "^web"),
            ("host !~ ^(a|b)=", "host", "!~", "^(a|b)="),
            ("city = New York ", "city", "=", "New York"),
            ("city = \" New York \"", "city", "=", " New York "),
            ("\"wind speed\" < 3", "wind speed", "<", "3"),
            ("wind speed<3", "wind speed", "<", "3"),
            ("\"a \"\"b\"\" >= c\"!=1", "a \"b\" >= c", "!=", "1"),
            ("note = \"= 5\"", "note", "=", "= 5"),
            ("note =", "note", "=", ""),
            ("-x > -1", "-x", ">", "-1"),
        ] {
            let filter = Filter { column: column.into(), operator, value: value.into() };
            assert_eq!(text.parse(), Ok(filter), "{text}");
        }
    }

    #[test]
    fn refused_filters() {
        for (text, error) in [
            ("temperature", ExpressionError::NoOperator),
            ("", ExpressionError::NoOperator),
            ("a ! b", ExpressionError::NoOperator),
            ("a == b", ExpressionError::DoubleEquals),
            ("= 3", ExpressionError::NoColumn("=".into())),
            ("\"a = 3", ExpressionError::OpenQuote),
            ("a = \"3\" 4", ExpressionError::AfterQuote("4".into())),
        ] {
            assert_eq!(text.parse::<Filter>(), Err(error), "{text}");
        }
    }

    #[test]
    fn aggregates() {
        for (text, function, column) in [
            ("mean(temperature)", "mean", "temperature"),
            (" max ( wind speed ) ", "max", "wind speed"),
            ("count(\"a)\")", "count", "a)"),
            ("last(power (kW))", "last", "power (kW)"),
        ] {
            let aggregate = Aggregate { function, column: column.into() };
            assert_eq!(text.parse(), Ok(aggregate), "{text}");
        }
        for (text, error) in [
            ("mean", ExpressionError::NotACall),
            ("mean(a", ExpressionError::NotACall),
            ("mean()", ExpressionError::EmptyName),
            ("median(a)", ExpressionError::UnknownFunction("median".into())),
        ] {
            assert_eq!(text.parse::<Aggregate>(), Err(error), "{text}");
        }
    }

    #[test]
    fn names() {
        for (text, expected) in [
            ("a", vec!["a"]),
            ("a,b c , d", vec!["a", "b c", "d"]),
            ("\"a,b\",\"c \"\"d\"\"\"", vec!["a,b", "c \"d\""]),
        ] {
            let expected = Names(expected.into_iter().map(String::from).collect());
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for (text, error) in [
            ("a,,b", ExpressionError::EmptyName),
            ("", ExpressionError::EmptyName),
            ("\"a\"b", ExpressionError::AfterQuote("b".into())),
            ("\"a", ExpressionError::OpenQuote),
        ] {
            assert_eq!(text.parse::<Names>(), Err(error), "{text}");
        }
    }
}
