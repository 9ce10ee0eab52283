//! The command line: asks the plugin about one file, as Grafana does, and prints the answer.
//!
//! It has no way of its own to the rows. `query` and `inspect` start this same executable as a plugin process, shake
//! hands, ask over gRPC and print, so that what a support case or a benchmark sees is what a dashboard sees.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;

use answer::Answer;
use args::{Cli, Command, InspectArgs, QueryArgs};
use error::CliError;
use host::{Host, Start};
use instant::Zone;
use output::{Page, explain};
use target::Target;

mod answer;
mod args;
mod error;
mod expression;
mod host;
mod inspect;
mod instant;
mod output;
mod query_json;
mod request;
mod target;
mod terminal;

/// Runs the command line with `args`, the program's name first. The exit code is 0 if the result was printed (or its
/// reader had seen enough), 1 for an error of the query or the file, 2 for wrong usage; errors are sentences on stderr.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(usage) => {
            usage.print().ok();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    match run_command(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Output { source }) if source.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            writeln!(io::stderr(), "{error}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run_command(cli: Cli) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::Spawn { source })?;
    let done = runtime.block_on(answer(cli));
    // After an interruption a thread may still be blocked in writing to a pipe that nobody reads.
    runtime.shutdown_background();
    done
}

async fn answer(cli: Cli) -> Result<(), CliError> {
    match cli.command {
        Command::Query(args) => {
            let answer = query(&args, cli.verbose).await?;
            print(move |out| print_query(&answer, &args, out)).await
        }
        Command::Inspect(args) => {
            let answers = inspect(&args, cli.verbose).await?;
            print(move |out| inspect::write(&answers, args.output, terminal::width(), out)).await
        }
    }
}

async fn query(args: &QueryArgs, verbose: bool) -> Result<Answer, CliError> {
    let target = Target::find(&args.path)?;
    let query = query_json::query(args, &target.file);
    let request = request::query_data(args, &query, jiff::Timestamp::now())?;
    let host = start(&target, verbose).await?;
    let response = interruptible(host.query_data(request)).await;
    host.stop().await;
    Answer::read(response?)
}

async fn inspect(args: &InspectArgs, verbose: bool) -> Result<Value, CliError> {
    let target = Target::find(&args.path)?;
    let host = start(&target, verbose).await?;
    let answers = interruptible(inspect::ask(&host, args, &target.file)).await;
    host.stop().await;
    answers
}

async fn start(target: &Target, verbose: bool) -> Result<Host, CliError> {
    let program = std::env::current_exe().map_err(|source| CliError::Spawn { source })?;
    let start = Start { program, allowed_roots: target.allowed_roots()?, verbose };
    interruptible(Host::start(&start)).await
}

/// Ends `work` on Ctrl-C. A plugin process that is up is still asked to end, so that it leaves no socket behind.
async fn interruptible<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err(CliError::Interrupted),
    }
}

/// Writes to stdout on a thread that may block, so that Ctrl-C still works when nobody reads.
async fn print(
    write: impl FnOnce(&mut BufWriter<io::StdoutLock<'_>>) -> Result<(), CliError> + Send + 'static,
) -> Result<(), CliError> {
    let printed = tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        Ok(out.flush()?)
    });
    interruptible(async {
        printed.await.unwrap_or_else(|source| Err(io::Error::other(source).into()))
    })
    .await
}

fn print_query(answer: &Answer, args: &QueryArgs, out: &mut impl Write) -> Result<(), CliError> {
    // A closed stderr is no reason to keep the result back.
    explain::notices(&answer.frames, &mut io::stderr()).ok();
    if args.explain {
        explain::explain(&answer.frames, &mut io::stderr()).ok();
    }
    let zone = args.time.time_zone.clone().unwrap_or_else(Zone::utc);
    output::write(answer, args.output, &Page { zone, width: terminal::width() }, out)
}
